package io.sallyport.node.desired;

import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What the desired state of one kind of node is.
 *
 * @param type its record
 * @param version counts the changes of a node's state, from 1
 * @param isOurs whether a state is meant for this node
 */
public record DesiredKind<S extends Record>(
        Class<S> type, ToLongFunction<S> version, Predicate<S> isOurs) {}
