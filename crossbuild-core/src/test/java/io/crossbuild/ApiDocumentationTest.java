// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every public element of the exported packages has Javadoc. */
class ApiDocumentationTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    /** The beginning of one as a string literal: a capital, then several words. */
    private static final Pattern SENTENCE = Pattern.compile("\"\\p{Lu}\\S* ");

    private final List<String> missing = new ArrayList<>();
    private int documented;

    @Test
    void everyTypeMemberAndComponentOfAnExportedPackageIsDescribed() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String name : ExportedPackages.names()) {
            try (Stream<Path> list = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
                list.filter(f -> f.toString().endsWith(".java")).forEach(files::add);
            }
        }
        check(files);
        assertThat(missing).isEmpty();
        assertThat(documented).isGreaterThan(300);
    }

    @Test
    void whatIsNotDescribedIsFound() throws Exception {
        Path source = Files.createTempDirectory("crossbuild-doc").resolve("Sample.java");
        Files.writeString(source, """
                /** A sample. @param documented not here */
                public class Sample {
                    public int bare;
                    /** @return only a tag */
                    public int tagged() { return 0; }
                    int hidden() { return 0; }
                    /** A record. */
                    public record Pair(int count, java.nio.file.Path path) {
                        public Pair {}
                        public Pair(int count) { this(count, null); }
                    }
                    /** An enumeration. */
                    public enum Colour { RED }
                    /** Constants with arguments. */
                    public enum Named {
                        OWN_WORDS("Paint it red"), OTHER_WORDS("light red");
                        Named(String words) {}
                    }
                    @Override public String toString() { return ""; }
                }
                """);
        check(List.of(source));
        assertThat(missing)
                .containsExactly(
                        "Sample.bare",
                        "Sample.tagged",
                        "Sample.Pair: component 'count'",
                        "Sample.Pair: component 'path'",
                        "Sample.Pair.<init>",
                        "Sample.Colour.RED",
                        "Sample.Named.OTHER_WORDS");
    }

    private void check(List<Path> files) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(files));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                for (Tree type : unit.getTypeDecls()) {
                    if (type instanceof ClassTree c && isVisible(c.getModifiers(), null)) {
                        check(docs, new TreePath(new TreePath(unit), c), c, "");
                    }
                }
            }
        }
    }

    private void check(DocTrees docs, TreePath path, ClassTree type, String outer) {
        String name = outer + type.getSimpleName();
        DocCommentTree comment = described(docs, path, name);
        for (Tree member : type.getMembers()) {
            TreePath at = new TreePath(path, member);
            if (member instanceof ClassTree inner && isVisible(inner.getModifiers(), type)) {
                check(docs, at, inner, name + ".");
            } else if (member instanceof MethodTree method
                    && isVisible(method.getModifiers(), type)
                    && !isOverride(method.getModifiers())
                    && !isCanonicalConstructor(method, type)) {
                described(docs, at, name + "." + method.getName());
            } else if (member instanceof VariableTree field) {
                if (isComponent(type, field)) {
                    component(comment, field, name);
                } else if (isVisible(field.getModifiers(), type) && !describesItself(field)) {
                    described(docs, at, name + "." + field.getName());
                }
            }
        }
    }

    /** Collects the name if there is no sentence. */
    private @Nullable DocCommentTree described(DocTrees docs, TreePath path, String name) {
        DocCommentTree comment = docs.getDocCommentTree(path);
        if (comment == null || comment.getFirstSentence().isEmpty()) {
            missing.add(name);
        } else {
            documented++;
        }
        return comment;
    }

    /** Each component of a record has a line: units, ranges and the meaning of null are documented nowhere else. */
    private void component(@Nullable DocCommentTree comment, VariableTree component, String type) {
        Set<String> params = new HashSet<>();
        for (DocTree tag : comment == null ? List.<DocTree>of() : comment.getBlockTags()) {
            if (tag instanceof ParamTree param && !param.getDescription().isEmpty()) {
                params.add(param.getName().getName().toString());
            }
        }
        if (params.contains(component.getName().toString())) {
            documented++;
        } else {
            missing.add(type + ": component '" + component.getName() + "'");
        }
    }

    private static boolean isComponent(ClassTree type, VariableTree field) {
        return type.getKind() == Tree.Kind.RECORD
                && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    /** A constant made from nothing but a sentence, as the keys of advice are. */
    private static boolean describesItself(VariableTree field) {
        return field.getInitializer() instanceof NewClassTree constant
                && constant.getArguments().size() == 1
                && SENTENCE.matcher(constant.getArguments().get(0).toString()).lookingAt();
    }

    /** The type's documentation of the components is enough. In compact form it has no parameters here. */
    private static boolean isCanonicalConstructor(MethodTree method, ClassTree type) {
        long components = type.getMembers().stream()
                .filter(m -> m instanceof VariableTree field && isComponent(type, field))
                .count();
        int parameters = method.getParameters().size();
        return type.getKind() == Tree.Kind.RECORD
                && method.getName().contentEquals("<init>")
                && (parameters == 0 || parameters == components);
    }

    /** Members of interfaces and constants of enumerations are public without a modifier. */
    private static boolean isVisible(ModifiersTree modifiers, @Nullable ClassTree in) {
        Set<Modifier> flags = modifiers.getFlags();
        return flags.contains(Modifier.PUBLIC)
                || flags.contains(Modifier.PROTECTED)
                || (in != null && in.getKind() == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE));
    }

    private static boolean isOverride(ModifiersTree modifiers) {
        return modifiers.getAnnotations().stream()
                .map(AnnotationTree::getAnnotationType)
                .anyMatch(t -> t.toString().equals("Override"));
    }
}
