package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.merkle.MerkleHash;
import io.pulsewarden.audit.merkle.Tile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/** What the database does, in memory: all of a batch or nothing, by compare-and-swap. */
class MemoryLogState implements LogState {

  private final List<Leaf> leaves = new ArrayList<>();
  private final List<byte[]> hashes = new ArrayList<>();
  private final Map<String, List<byte[]>> tiles = new HashMap<>();
  private final Map<ChainId, ChainWatch.Watched> watched = new HashMap<>();
  private final NavigableMap<Long, String> checkpoints = new ConcurrentSkipListMap<>();
  private final List<Cosigned> cosigned = new ArrayList<>();
  private Optional<String> identity = Optional.empty();
  private volatile TreeHead head = new TreeHead(0, ByteString.copyFrom(MerkleHash.empty()), 0);

  private record Cosigned(long size, String note, int cosignatures) {}

  /** As a backup that is restored elsewhere. */
  MemoryLogState backup() {
    MemoryLogState copy = new MemoryLogState();
    copy.leaves.addAll(leaves);
    copy.hashes.addAll(hashes);
    copy.tiles.putAll(tiles);
    copy.watched.putAll(watched);
    copy.checkpoints.putAll(checkpoints);
    copy.cosigned.addAll(cosigned);
    copy.identity = identity;
    copy.head = head;
    return copy;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  NavigableMap<Long, String> checkpoints() {
    return checkpoints;
  }

  @Override
  public TreeHead head() {
    return head;
  }

  @Override
  public boolean commit(TreeHead from, TreeHead to, LogStore.Addition addition) {
    if (!from.equals(head)) {
      return false;
    }
    leaves.addAll(addition.leaves());
    hashes.addAll(addition.hashes());
    for (Tile tile : addition.tiles()) {
      tiles.put(tile.level() + "/" + tile.index(), Tile.split(tile.hashes()));
      tiles
          .computeIfAbsent(
              (tile.level() + 1) + "/" + tile.index() / Tile.WIDTH, name -> new ArrayList<>())
          .add(tile.root());
    }
    addition
        .watch()
        .forEach(
            (chain, change) ->
                change.ifPresentOrElse(
                    now -> watched.put(chain, now), () -> watched.remove(chain)));
    head = to;
    return true;
  }

  @Override
  public Map<ChainId, ChainWatch.Watched> watched() {
    return Map.copyOf(watched);
  }

  @Override
  public Optional<LogStore.StoredCheckpoint> newestSigned() {
    return Optional.ofNullable(checkpoints.lastEntry())
        .map(newest -> new LogStore.StoredCheckpoint(newest.getKey(), newest.getValue()));
  }

  @Override
  public Optional<LogStore.StoredCheckpoint> newestCosigned(int atLeast) {
    return cosigned.stream()
        .filter(one -> one.cosignatures() >= atLeast)
        .max(Comparator.comparingLong(Cosigned::size))
        .map(one -> new LogStore.StoredCheckpoint(one.size(), one.note()));
  }

  @Override
  public OptionalLong publishedOffset() {
    return newestSigned().filter(newest -> newest.size() > 0).stream()
        .mapToLong(newest -> leaves.get((int) newest.size() - 1).offset())
        .findFirst();
  }

  @Override
  public void storeCosigned(long size, String note, int cosignatures) {
    cosigned.add(new Cosigned(size, note, cosignatures));
  }

  @Override
  public void storeCheckpoint(long size, String note) {
    checkpoints.putIfAbsent(size, note);
  }

  @Override
  public Optional<String> verifierKey() {
    return identity;
  }

  @Override
  public void storeIdentity(String verifierKey) {
    identity = identity.or(() -> Optional.of(verifierKey));
  }

  @Override
  public List<byte[]> read(int level, long tile, int width) {
    if (level == 0) {
      int first = (int) tile * Tile.WIDTH;
      return List.copyOf(hashes.subList(first, first + width));
    }
    return List.copyOf(tiles.getOrDefault(level + "/" + tile, List.of()).subList(0, width));
  }

  @Override
  public List<ByteString> leaves(long first, int count) {
    int end = (int) Math.min(leaves.size(), first + count);
    return leaves.subList((int) Math.min(first, end), end).stream().map(Leaf::value).toList();
  }

  @Override
  public void completeChains(long size) {
    // They are read from the leaves each time.
  }

  private List<ChainEntry> of(ChainId chain) {
    Disowned disowned = new Disowned(this::leaves);
    List<ChainEntry> entries = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      ChainEntry.read(i, leaves.get(i).value(), disowned)
          .filter(entry -> entry.chain().equals(chain))
          .ifPresent(entries::add);
    }
    return entries;
  }

  /** The chain as it is to be found again: without what came out of its place too often. */
  private List<ChainEntry> remembered(ChainId chain) {
    List<ChainEntry> remembered = new ArrayList<>();
    ChainPosition position = ChainPosition.START;
    for (ChainEntry entry : of(chain)) {
      boolean stray = position.isStray(entry.link().sequence());
      if (!stray || !position.isOverrun()) {
        remembered.add(entry);
        position =
            stray
                ? position.withStray()
                : position.after(entry.link().sequence(), entry.link().hash());
      }
    }
    return remembered;
  }

  @Override
  public Optional<ChainLink> last(ChainId chain) {
    return remembered(chain).stream()
        .map(ChainEntry::link)
        .reduce((before, link) -> link.sequence() > before.sequence() ? link : before);
  }

  @Override
  public List<ByteString> showingCertificates(ChainId chain) {
    return remembered(chain).stream()
        .filter(ChainEntry::showsCertificate)
        .map(entry -> leaves.get((int) entry.leaf()).value())
        .toList();
  }

  @Override
  public List<ByteString> at(ChainId chain, long sequence) {
    return remembered(chain).stream()
        .map(ChainEntry::link)
        .filter(link -> link.sequence() == sequence)
        .map(ChainLink::hash)
        .toList();
  }

  @Override
  public int strays(ChainId chain) {
    List<ChainEntry> remembered = remembered(chain);
    long highest = -1;
    int strays = 0;
    for (ChainEntry entry : remembered) {
      if (entry.link().sequence() <= highest) {
        strays++;
      }
      highest = Math.max(highest, entry.link().sequence());
    }
    return strays;
  }
}
