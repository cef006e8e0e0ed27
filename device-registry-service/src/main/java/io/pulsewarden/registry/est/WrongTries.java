package io.pulsewarden.registry.est;

import io.pulsewarden.registry.budget.MinuteBudget;
import io.pulsewarden.registry.budget.Network;
import java.time.Clock;

/**
 * Wrong claims of a minute, counted by the network that they come from: whoever has an IPv6 address
 * could guess from 2^64 of them. Thread-safe.
 */
final class WrongTries {

  private final MinuteBudget<String> budget;

  WrongTries(int perMinute, Clock clock) {
    this.budget = new MinuteBudget<>(perMinute, clock);
  }

  /** Whether somebody there may try once more. */
  boolean left(String address) {
    return budget.left(Network.of(address));
  }

  /** There was one. */
  void count(String address) {
    budget.take(Network.of(address));
  }
}
