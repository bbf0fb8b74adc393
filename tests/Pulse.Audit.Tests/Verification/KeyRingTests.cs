using Pulse.Audit.Tests.Evidence;

namespace Pulse.Audit.Tests.Verification;

public sealed class KeyRingTests : IDisposable
{
    private readonly Trail _trail = Trail.Sealed();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public void A_first_key_that_is_not_trusted_makes_nothing_believed()
    {
        var found = _trail.Verify([_trail.Second.PublicKey]);

        Assert.Equal(AuditVerdict.Tampered, found.Verdict);
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.KeyUntrusted, Index: 0), found.Findings);
    }

    [Fact]
    public void A_checkpoint_belongs_to_the_key_of_its_size()
    {
        var ring = KeyRing.Open(_trail.Epochs, [_trail.First.PublicKey], new FindingList());

        Assert.Equal((1, 1, 2, 2), (ring.EpochOf(1)!.Number, ring.EpochOf(5)!.Number, ring.EpochOf(6)!.Number, ring.EpochOf(long.MaxValue)!.Number));
        Assert.Null(ring.EpochOf(0));
        Assert.Equal(TestKey.Origin, ring.Origin);
        Assert.Equal([5L], ring.Handovers.Select(head => head.Size));
        Assert.Equal(5, ring.Read(_trail.Checkpoints[0].Note)?.Size);
        Assert.Null(ring.Read("no note"));
        Assert.Null(ring.Read(TestKey.Sign("no\ncheckpoint\n", _trail.First)));
    }

    [Fact]
    public void Epochs_are_taken_in_their_order_however_they_come()
    {
        _trail.Epochs.Reverse();

        Assert.Equal(AuditVerdict.Ok, _trail.Verify().Verdict);
    }

    [Fact]
    public void A_checkpoint_of_another_log_is_none()
    {
        var other = new TreeHead("example.org/other", 5, new byte[32]).ToString();
        _trail.Checkpoints[0] = _trail.Checkpoints[0] with { Note = TestKey.Sign(other, _trail.First, "example.org/other") };

        AssertForged(5);
    }

    [Fact]
    public void A_checkpoint_of_another_size_or_epoch_than_its_row_says_is_forged()
    {
        _trail.Checkpoints[0] = _trail.Checkpoints[0] with { Epoch = 2 };
        AssertForged(5);
        _trail.Checkpoints[0] = _trail.Checkpoints[0] with { Epoch = 1, TreeSize = 4 };
        AssertForged(4);
    }

    [Fact]
    public void A_given_out_checkpoint_that_nobody_signed_is_forged()
    {
        var found = _trail.Verify("no note");

        Assert.Equal(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointForged), Assert.Single(found.Findings));
    }

    [Theory]
    [InlineData("number")]
    [InlineData("size")]
    [InlineData("key")]
    [InlineData("note")]
    [InlineData("origin")]
    [InlineData("back")]
    [InlineData("signer")]
    public void A_handover_that_does_not_hold_is_not_believed(string changed)
    {
        var epoch = _trail.Epochs[1];
        _trail.Epochs[1] = changed switch
        {
            "number" => epoch with { Number = 3 },
            "size" => epoch with { FirstSize = 6 },
            "key" => epoch with { PublicKey = _trail.First.PublicKey.ToArray() },
            "note" => epoch with { Note = "" },
            "origin" => Handover("example.org/other", 2, 5, _trail.First),
            "back" => Handover(TestKey.Origin, 2, -1, _trail.First),
            _ => Handover(TestKey.Origin, 2, 5, _trail.Second),
        };

        var found = _trail.Verify();

        Assert.Contains(found.Findings, finding => finding.Reason == AuditFindingReason.KeyUntrusted);
    }

    [Fact]
    public void The_first_key_begins_at_nothing_and_signs_itself()
    {
        var first = _trail.Epochs[0];
        _trail.Epochs[0] = Handover(TestKey.Origin, 1, 1, _trail.First, _trail.First);
        Assert.Equal(AuditVerdict.Tampered, _trail.Verify().Verdict);
        _trail.Epochs[0] = Handover(TestKey.Origin, 1, 0, _trail.First, _trail.Second);
        Assert.Equal(AuditVerdict.Tampered, _trail.Verify().Verdict);
        _trail.Epochs[0] = first;
        Assert.Equal(AuditVerdict.Ok, _trail.Verify().Verdict);
    }

    [Fact]
    public void The_root_of_a_handover_is_compared_too()
    {
        var forged = new KeyHandover(TestKey.Origin, 2, new TreeHead(TestKey.Origin, 5, new byte[32]), _trail.Second.PublicKey.ToArray());
        _trail.Epochs[1] = _trail.Epochs[1] with { Note = TestKey.Sign(forged.ToString(), _trail.First) };

        var found = _trail.Verify();

        Assert.Equal(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.RootChanged, Index: 5), Assert.Single(found.Findings));
    }

    private StoredEpoch Handover(string origin, int number, long size, EcdsaAuditSigner by) => Handover(origin, number, size, _trail.Second, by);

    private static StoredEpoch Handover(string origin, int number, long size, EcdsaAuditSigner signer, EcdsaAuditSigner by)
    {
        var handover = new KeyHandover(origin, number, new TreeHead(origin, size, new MerkleFrontier().Root), signer.PublicKey.ToArray());
        return new StoredEpoch(number, size, handover.PublicKey, TestKey.Sign(handover.ToString(), by, origin));
    }

    private void AssertForged(long size) =>
        Assert.Contains(new AuditFinding(AuditVerdict.Tampered, AuditFindingReason.CheckpointForged, Index: size), _trail.Verify().Findings);
}
