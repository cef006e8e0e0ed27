package io.pulsewarden.keys.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.problem.ProblemException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfirmationTest {

  private static final String ID = "00000000-0000-4000-8000-00000000000a";

  @Test
  void shouldReadWhatAHolderSays() {
    Confirmation said =
        read(
            """
            {"instance":"%1$s","evicted":["%1$s"],"leaving":true,
             "purged":[{"subjectKeyId":"%1$s","blindIndexes":2,"heldBlocks":0}]}"""
                .formatted(ID));

    assertThat(said.instance()).isEqualTo(UUID.fromString(ID));
    assertThat(said.evicted()).containsExactly(UUID.fromString(ID));
    assertThat(said.purged().getFirst().blindIndexes()).isEqualTo(2);
    assertThat(said.leaving()).isTrue();
    assertThat(read("{\"instance\":\"" + ID + "\",\"evicted\":[],\"purged\":[]}").leaving())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instance\":\"ID\",\"evicted\":[],\"purged\":[],\"leaving\":\"true\"}",
        "{\"instance\":\"1-1-1-1-1\",\"evicted\":[],\"purged\":[]}",
        "{\"instance\":\"ID\",\"evicted\":[\"1-1-1-1-1\"],\"purged\":[]}",
        "{\"instance\":\"ID\",\"evicted\":[],\"purged\":[]} and more",
        "{\"instance\":\"ID\",\"evicted\":[],\"evicted\":[\"ID\"],\"purged\":[]}",
        "{\"instance\":\"ID\",\"evicted\":[],\"purged\":[{\"subjectKeyId\":\"ID\"}]}",
        "[]",
        "x"
      })
  void shouldTakeNothingThatTwoReadersMightReadInTwoWays(String body) {
    assertThatThrownBy(() -> read(body.replace("ID", ID))).isInstanceOf(ProblemException.class);
  }

  private static Confirmation read(String body) {
    return Confirmation.read(body.getBytes(UTF_8));
  }
}
