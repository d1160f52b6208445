package io.whalebox.acceptance;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.Predicate;

/** What every class must meet, as a sentence and a predicate. */
final class Condition extends ArchCondition<JavaClass> {
    private final Predicate<JavaClass> met;

    Condition(String sentence, Predicate<JavaClass> met) {
        super(sentence);
        this.met = met;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        events.add(new SimpleConditionEvent(type, met.test(type), type.getFullName() + " should " + getDescription()));
    }
}
