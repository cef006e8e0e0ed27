package io.pulsewarden.telemetry.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UnwrittenNewsTest {

  private static final Subscriptions CONFIG = new Subscriptions(null, 1, null);
  private static final Subscriptions RECEIPTS = new Subscriptions(0, null, null);

  private final UnwrittenNews news = new UnwrittenNews();

  @Test
  void shouldAskForOneTurnHoweverOftenADeviceSubscribes() {
    assertThat(news.subscribed(RECEIPTS)).isTrue();
    for (int i = 0; i < 1_000; i++) {
      assertThat(news.subscribed(CONFIG)).isFalse();
    }

    assertThat(news.takeSubscriptions()).contains(CONFIG);
    assertThat(news.subscribed(RECEIPTS)).isTrue();
  }

  @Test
  void shouldNotWriteWhatIsThere() {
    news.written(CONFIG);

    assertThat(news.subscribed(CONFIG)).isTrue();
    assertThat(news.takeSubscriptions()).isEmpty();
  }

  @Test
  void shouldWriteAgainWhatMayNotHaveBeenWritten() {
    news.written(CONFIG);
    assertThat(news.subscribed(RECEIPTS)).isTrue();
    assertThat(news.takeSubscriptions()).contains(RECEIPTS);

    // That failed: nobody said that it is there.
    assertThat(news.subscribed(CONFIG)).isTrue();
    assertThat(news.takeSubscriptions()).contains(CONFIG);
  }

  @Test
  void shouldKeepTheHighestVersion() {
    assertThat(news.configured(7)).isTrue();
    assertThat(news.configured(9)).isFalse();
    assertThat(news.configured(8)).isFalse();

    assertThat(news.takeVersion()).hasValue(9);
    assertThat(news.takeVersion()).isEmpty();
  }
}
