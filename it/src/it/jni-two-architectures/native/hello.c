#include <stdlib.h>
#include <string.h>

/* What jni.h would declare; a method without references to objects needs no more of it. */
typedef int jint;

/* static native int com.example.Hello.greetingLength(int names); */
jint Java_com_example_Hello_greetingLength(void *env, void *type, jint names)
{
    (void) env;
    (void) type;
    char *greeting = malloc(6 + 6 * (size_t) names);
    strcpy(greeting, "hello");
    for (jint i = 0; i < names; i++)
        strcat(greeting, ", name");
    jint length = (jint) strlen(greeting);
    free(greeting);
    return length;
}
