// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import org.apache.maven.plugin.logging.Log;

/** Maven's log with the module's name before each line, to distinguish modules that are built at the same time. */
record ModuleLog(Log log, String module) implements Log {
    private String named(CharSequence line) {
        return "[" + module + "] " + line;
    }

    @Override
    public boolean isDebugEnabled() {
        return log.isDebugEnabled();
    }

    @Override
    public void debug(CharSequence content) {
        log.debug(named(content));
    }

    @Override
    public void debug(CharSequence content, Throwable error) {
        log.debug(named(content), error);
    }

    @Override
    public void debug(Throwable error) {
        log.debug(error);
    }

    @Override
    public boolean isInfoEnabled() {
        return log.isInfoEnabled();
    }

    @Override
    public void info(CharSequence content) {
        log.info(named(content));
    }

    @Override
    public void info(CharSequence content, Throwable error) {
        log.info(named(content), error);
    }

    @Override
    public void info(Throwable error) {
        log.info(error);
    }

    @Override
    public boolean isWarnEnabled() {
        return log.isWarnEnabled();
    }

    @Override
    public void warn(CharSequence content) {
        log.warn(named(content));
    }

    @Override
    public void warn(CharSequence content, Throwable error) {
        log.warn(named(content), error);
    }

    @Override
    public void warn(Throwable error) {
        log.warn(error);
    }

    @Override
    public boolean isErrorEnabled() {
        return log.isErrorEnabled();
    }

    @Override
    public void error(CharSequence content) {
        log.error(named(content));
    }

    @Override
    public void error(CharSequence content, Throwable error) {
        log.error(named(content), error);
    }

    @Override
    public void error(Throwable error) {
        log.error(error);
    }
}
