using System.Security.Cryptography;

namespace Pulse.Audit.Tests.Chain;

public sealed class ChainTests
{
    private static readonly Guid Stream = Guid.Parse("01234567-89ab-cdef-0123-456789abcdef");

    private readonly EventCanonicalizer _canonicalizer = new(new PulseAuditOptions(), new RecordingTimeProvider());

    [Fact]
    public void The_hash_covers_the_domain_the_predecessor_the_stream_the_number_and_the_record()
    {
        var previous = SHA256.HashData([1]);
        byte[] input =
        [
            .. "pulse.audit.v1"u8, .. previous, .. Convert.FromHexString("0123456789abcdef0123456789abcdef"),
            .. Convert.FromHexString("0000000000000102"), .. "{}"u8,
        ];

        Assert.Equal(SHA256.HashData(input), ChainHash.Compute(previous, Stream, 258, "{}"u8));
    }

    [Fact]
    public void A_head_numbers_and_links_from_where_it_stands()
    {
        var head = new ChainHead(Stream, 7, SHA256.HashData([7]));

        var chained = head.Extend(Events(4), 1);

        Assert.Equal([8L, 9, 10], chained.Select(link => link.Sequence));
        Assert.Equal(head.Hash, chained[0].PreviousHash);
        Assert.Equal(chained[0].Hash, chained[1].PreviousHash);
        Assert.Equal(chained[1].Hash, chained[2].PreviousHash);
        Assert.Equal(ChainHash.Compute(head.Hash, Stream, 8, chained[0].Event.Record), chained[0].Hash);
        Assert.All(chained, link => Assert.Equal(Stream, link.Stream));
    }

    [Fact]
    public void A_stream_starts_at_zero_with_zeros()
    {
        var head = ChainHead.Start(Stream);

        Assert.Equal((Stream, 0L), (head.Stream, head.Sequence));
        Assert.Equal(new byte[32], head.Hash);
    }

    [Fact]
    public void An_untouched_chain_is_intact() =>
        Assert.Equal(new ChainVerdict(ChainState.Intact, 5), Verify(links => links));

    [Fact]
    public void An_empty_stream_is_intact() =>
        Assert.Equal(new ChainVerdict(ChainState.Intact, 0), ChainVerifier.Verify([], ChainHead.Start(Stream)));

    [Fact]
    public void A_removed_first_middle_or_last_event_is_missing()
    {
        Assert.Equal(new ChainVerdict(ChainState.Missing, 1), Verify(links => links.Skip(1)));
        Assert.Equal(new ChainVerdict(ChainState.Missing, 3), Verify(links => links.Where(link => link.Sequence != 3)));
        Assert.Equal(new ChainVerdict(ChainState.Missing, 5), Verify(links => links.SkipLast(1)));
    }

    [Fact]
    public void A_changed_record_hash_or_predecessor_is_tampered()
    {
        Assert.Equal(new ChainVerdict(ChainState.Tampered, 2), Verify(links => Change(links, 2, link => link with { Record = [.. link.Record, 32] })));
        Assert.Equal(new ChainVerdict(ChainState.Tampered, 4), Verify(links => Change(links, 4, link => link with { Hash = SHA256.HashData([0]) })));
        Assert.Equal(new ChainVerdict(ChainState.Tampered, 1), Verify(links => Change(links, 1, link => link with { PreviousHash = SHA256.HashData([0]) })));
    }

    [Fact]
    public void A_chain_that_ends_elsewhere_than_its_head_is_tampered()
    {
        var links = Links(out var head);

        Assert.Equal(new ChainVerdict(ChainState.Tampered, 5), ChainVerifier.Verify(links, head with { Hash = SHA256.HashData([0]) }));
        Assert.Equal(new ChainVerdict(ChainState.Missing, 6), ChainVerifier.Verify(links, head with { Sequence = 6 }));
    }

    private static IEnumerable<ChainLink> Change(IEnumerable<ChainLink> links, long sequence, Func<ChainLink, ChainLink> change) =>
        links.Select(link => link.Sequence == sequence ? change(link) : link);

    private ChainVerdict Verify(Func<IEnumerable<ChainLink>, IEnumerable<ChainLink>> change)
    {
        var links = Links(out var head);
        return ChainVerifier.Verify(change(links), head);
    }

    private IReadOnlyList<ChainLink> Links(out ChainHead head)
    {
        var chained = ChainHead.Start(Stream).Extend(Events(5), 0);
        head = new ChainHead(Stream, 5, chained[^1].Hash);
        return [.. chained.Select(link => new ChainLink(link.Sequence, link.PreviousHash, link.Hash, link.Event.Record))];
    }

    private PendingEvent[] Events(int count) =>
        [.. Enumerable.Range(0, count).Select(number => _canonicalizer.Canonicalize(AuditRig.Security($"test.{number}")))];
}
