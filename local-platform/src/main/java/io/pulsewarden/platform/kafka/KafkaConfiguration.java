package io.pulsewarden.platform.kafka;

import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The broker's own files: one node that is broker and controller, over mTLS, refusing by default.
 */
final class KafkaConfiguration {

  static final String BROKER = "kafka";
  static final String ADMINISTRATOR = "platform-admin";

  private KafkaConfiguration() {}

  static Path serverProperties(Path home) {
    return home.resolve("server.properties");
  }

  static Path loggingProperties(Path home) {
    return home.resolve("log4j2.properties");
  }

  static void write(Path home, KafkaSettings settings) throws IOException {
    Path data = home.resolve("data");
    Path tls = home.resolve("tls");
    Files.createDirectories(data);
    PrivateFiles.replace(serverProperties(home), server(settings, data, tls));
    PrivateFiles.replace(loggingProperties(home), LOGGING);
  }

  /**
   * With one broker there is one copy; in production it is three, and two must have it. A broker
   * that was killed may come back only when its old session is over, so that is short.
   */
  private static String server(KafkaSettings settings, Path data, Path tls) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@localhost:%2$d
    listeners=SSL://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=SSL://localhost:%7$d
    listener.security.protocol.map=SSL:SSL,CONTROLLER:SSL
    inter.broker.listener.name=SSL
    controller.listener.names=CONTROLLER
    ssl.client.auth=required
    ssl.keystore.type=PEM
    ssl.keystore.location=%3$s/broker.pem
    ssl.truststore.type=PEM
    ssl.truststore.location=%3$s/service-ca.crt
    ssl.enabled.protocols=TLSv1.3
    ssl.protocol=TLSv1.3
    authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
    super.users=User:CN=%5$s;User:CN=%6$s
    allow.everyone.if.no.acl.found=false
    auto.create.topics.enable=false
    log.dirs=%4$s
    num.partitions=1
    default.replication.factor=1
    min.insync.replicas=1
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=4
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=1
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    share.coordinator.state.topic.num.partitions=1
    group.initial.rebalance.delay.ms=0
    broker.session.timeout.ms=5000
    broker.heartbeat.interval.ms=500
    log.retention.ms=-1
    log.segment.bytes=67108864
    socket.receive.buffer.bytes=-1
    controlled.shutdown.enable=true
    """
        .formatted(
            settings.port(),
            settings.controllerPort(),
            tls,
            data,
            BROKER,
            ADMINISTRATOR,
            settings.advertisedPort());
  }

  private static final String LOGGING =
      """
      status=error
      appender.out.type=Console
      appender.out.name=out
      appender.out.layout.type=PatternLayout
      appender.out.layout.pattern=%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p %c{1} %m%n
      rootLogger.level=warn
      rootLogger.appenderRef.out.ref=out
      logger.server.name=kafka.server.KafkaRaftServer
      logger.server.level=info
      """;
}
