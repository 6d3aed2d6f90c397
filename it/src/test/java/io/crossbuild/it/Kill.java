// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A kill that a seed decides on.
 *
 * @param number from 1
 * @param of how many there are
 * @param fraction the delay as a fraction of the time that the goal takes undisturbed
 */
record Kill(long seed, int number, int of, Goal goal, Means means, double fraction) {
    /** An environment takes minutes to install, so only one of so many decks contains it. */
    private static final int DECKS_PER_INSTALLATION = 8;

    /** What is killed, as arguments of Maven. */
    enum Goal {
        BUILD("crossbuild:build"),
        EXTRACT("crossbuild:extract"),
        RUN("crossbuild:run"),
        INSTALL("crossbuild:install-env", "-Dcrossbuild.packages=hello");

        private final String arguments;

        Goal(String... arguments) {
            this.arguments = String.join(" ", arguments);
        }

        String[] arguments() {
            return arguments.split(" ");
        }
    }

    /** How it is killed. */
    enum Means {
        KILL("SIGKILL of Maven"),
        TERMINATE("SIGTERM of Maven"),
        INTERRUPT("SIGINT of Maven's process group"),
        KILL_MACHINE("SIGKILL of QEMU");

        private final String words;

        Means(String words) {
            this.words = words;
        }
    }

    /** As many kills as asked for, each goal with each means about equally often, in an order that the seed gives. */
    static List<Kill> plan(long seed, int count, boolean withInstallations) {
        Random random = new Random(seed);
        List<Kill> plan = new ArrayList<>();
        for (int deck = 0; plan.size() < count; deck++) {
            List<Kill> cards = deck(seed, count, withInstallations && deck % DECKS_PER_INSTALLATION == 0);
            Collections.shuffle(cards, random);
            for (Kill card : cards.subList(0, Math.min(cards.size(), count - plan.size()))) {
                plan.add(new Kill(seed, plan.size() + 1, count, card.goal(), card.means(), random.nextDouble()));
            }
        }
        return plan;
    }

    private static List<Kill> deck(long seed, int count, boolean withInstallations) {
        List<Kill> cards = new ArrayList<>();
        for (Goal goal : Goal.values()) {
            for (Means means : Means.values()) {
                boolean hasMachine = goal != Goal.EXTRACT;
                if ((hasMachine || means != Means.KILL_MACHINE) && (withInstallations || goal != Goal.INSTALL)) {
                    cards.add(new Kill(seed, 0, count, goal, means, 0));
                }
            }
        }
        return cards;
    }

    /** The test's name. */
    @Override
    public String toString() {
        return "kill " + number + " of " + of + ", seed " + seed + ": " + means.words + " during "
                + goal.arguments()[0];
    }
}
