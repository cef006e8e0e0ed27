package io.pulsewarden.platform.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLockTest {

  @TempDir Path folder;

  @Test
  void shouldPrepareOnceHoweverManyAsk() throws Exception {
    AtomicInteger times = new AtomicInteger();
    List<Future<Path>> all = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        all.add(
            executor.submit(
                () ->
                    BuildLock.prepareOnce(
                        folder.resolve("built"), half -> times.incrementAndGet())));
      }
    }

    for (Future<Path> one : all) {
      assertThat(one.get()).isDirectory();
    }
    assertThat(times).hasValue(1);
  }

  @Test
  void shouldStartAnewAfterAFailureInBetween() throws Exception {
    Path target = folder.resolve("built");
    assertThatThrownBy(
            () ->
                BuildLock.prepareOnce(
                    target,
                    half -> {
                      Files.writeString(half.resolve("a"), "half");
                      throw new IOException("cut off");
                    }))
        .hasMessage("cut off");

    BuildLock.prepareOnce(target, half -> Files.writeString(half.resolve("b"), "whole"));

    assertThat(target).isDirectoryContaining("glob:**b").isDirectoryNotContaining("glob:**a");
  }
}
