// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A test that downloads packages or boots virtual machines: it runs only with {@code -Dcrossbuild.it.vm=true}. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("vm")
@EnabledIfSystemProperty(named = "crossbuild.it.vm", matches = "true")
@interface VirtualMachineTest {}
