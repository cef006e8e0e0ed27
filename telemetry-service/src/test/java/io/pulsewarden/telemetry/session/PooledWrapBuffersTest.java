package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class PooledWrapBuffersTest {

  private static final int TLS_RECORD = 16_709;

  private final PooledWrapBuffers buffers = new PooledWrapBuffers(UnpooledByteBufAllocator.DEFAULT);

  @Test
  void shouldTakeHeapBuffersFromThePoolAndAllOthersFromWhereTheyCame() {
    for (ByteBuf buffer :
        List.of(buffers.heapBuffer(), buffers.heapBuffer(TLS_RECORD), buffers.heapBuffer(1, 100))) {
      assertThat(buffer.hasArray()).isTrue();
      assertThat(buffer.alloc()).isSameAs(PooledByteBufAllocator.DEFAULT);
      assertThat(buffer.release()).isTrue();
    }
    for (ByteBuf buffer :
        List.of(
            buffers.buffer(),
            buffers.buffer(1, 100),
            buffers.ioBuffer(16),
            buffers.directBuffer(16),
            buffers.compositeBuffer(),
            buffers.compositeHeapBuffer(2))) {
      assertThat(buffer.alloc()).isSameAs(UnpooledByteBufAllocator.DEFAULT);
      assertThat(buffer.release()).isTrue();
    }
  }
}
