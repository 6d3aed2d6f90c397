// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/**
 * A library that an addon needs and that no directory contains, but that is in the process when the addon is opened, if
 * the program opens another object first: the loader finds an object by its {@code DT_SONAME}.
 *
 * @param root path of the addon
 * @param requester path of the object that requested it
 * @param name as requested
 * @param provider path of the object with this name
 */
public record ProvidedLibrary(String root, String requester, String name, String provider) {}
