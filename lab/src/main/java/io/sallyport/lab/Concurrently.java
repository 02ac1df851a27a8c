package io.sallyport.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Blocking work on several hosts at once, a virtual thread for each; waits for all, then throws the
 * first failure.
 */
final class Concurrently {
    private Concurrently() {}

    static <T> void forEach(Collection<T> items, Consumer<T> work) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (T item : items) {
            tasks.add(
                    () -> {
                        work.accept(item);
                        return null;
                    });
        }
        all(tasks);
    }

    private static void all(List<Callable<Void>> tasks) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            LabException failure = null;
            for (Future<Void> future : executor.invokeAll(tasks)) {
                try {
                    future.get();
                } catch (ExecutionException e) {
                    if (failure == null) {
                        failure = new LabException(e.getCause().getMessage(), e.getCause());
                    } else {
                        failure.addSuppressed(e.getCause());
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
        } catch (InterruptedException e) {
            throw LabException.interrupted("work on several hosts", e);
        }
    }
}
