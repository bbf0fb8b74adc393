using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pulse.Certs.Tests;

public class IssuanceLogChainTests
{
    [Fact]
    public void Follows_a_chain_to_its_head()
    {
        var chain = new IssuanceLogChain();
        var head = new IssuanceLogHead(0, new byte[32]);
        Assert.True(chain.EndsAt(head));

        for (var number = 0; number < 3; number++)
        {
            var entry = IssuanceLogEntry.After(head, Certificate());
            head = new IssuanceLogHead(entry.Sequence, entry.ComputeHash());
            Assert.False(chain.EndsAt(head));
            Assert.Equal(IssuanceLogState.Intact, chain.Follow(entry, head.Hash));
            Assert.True(chain.EndsAt(head));
        }

        Assert.Equal(3, chain.Sequence);
        Assert.False(chain.EndsAt(head with { Sequence = 4 }));
    }

    [Fact]
    public void Hashes_every_field()
    {
        var entry = Entry();
        IssuanceLogEntry[] changed =
        [
            entry with { Sequence = 2 },
            entry with { Previous = [.. Enumerable.Repeat((byte)1, 32)] },
            entry with { Issuer = [9] },
            entry with { SerialNumber = [9] },
            entry with { Purpose = "server" },
            entry with { TenantId = "other" },
            entry with { TenantId = null },
            entry with { TenantId = string.Empty },
            entry with { DeviceId = "other" },
            entry with { IssuedAt = entry.IssuedAt.AddSeconds(1) },
            entry with { NotBefore = entry.NotBefore.AddSeconds(1) },
            entry with { NotAfter = entry.NotAfter.AddSeconds(1) },
            entry with { KeySha256 = [9] },
            entry with { Sha256 = [9] },
            entry with { TenantId = "acmep", DeviceId = "ump-1" },
        ];

        Assert.Equal(changed.Length + 1, changed.Append(entry).Select(other => Convert.ToHexString(other.ComputeHash())).Distinct().Count());
        Assert.Equal(entry.ComputeHash(), Entry().ComputeHash());
    }

    [Fact]
    public void The_hash_is_that_of_the_fields_each_led_by_its_length()
    {
        var entry = Entry() with { TenantId = null };
        using var bytes = new MemoryStream();
        foreach (var field in (byte[]?[])
            [
                "pulse.certs.issuance.v1"u8.ToArray(), Number(1), new byte[32], [1], [2], "device"u8.ToArray(), null, "pump-1"u8.ToArray(),
                Number(entry.IssuedAt.UtcTicks), Number(entry.NotBefore.UtcTicks), Number(entry.NotAfter.UtcTicks), [3], [4],
            ])
        {
            // A field that is missing has the length -1.
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, field?.Length ?? -1);
            bytes.Write(length);
            bytes.Write(field);
        }

        Assert.Equal(SHA256.HashData(bytes.ToArray()), entry.ComputeHash());

        static byte[] Number(long value)
        {
            var number = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            return number;
        }
    }

    [Fact]
    public void Finds_a_row_that_is_missing_altered_or_of_another_chain()
    {
        var entry = Entry();

        Assert.Equal(IssuanceLogState.RowMissing, new IssuanceLogChain().Follow(entry with { Sequence = 2 }, entry.ComputeHash()));
        Assert.Equal(IssuanceLogState.RowAltered, new IssuanceLogChain().Follow(entry, new byte[32]));
        Assert.Equal(IssuanceLogState.RowAltered, new IssuanceLogChain().Follow(entry with { DeviceId = "x" }, entry.ComputeHash()));
        var foreign = entry with { Previous = new byte[31] };
        Assert.Equal(IssuanceLogState.RowAltered, new IssuanceLogChain().Follow(foreign, foreign.ComputeHash()));
    }

    [Fact]
    public void Names_the_purposes()
    {
        Assert.Equal("device", IssuanceLogEntry.NameOf(CertificatePurpose.Device));
        Assert.Equal("server", IssuanceLogEntry.NameOf(CertificatePurpose.Server));
        Assert.Equal(CertificatePurpose.Device, IssuanceLogEntry.PurposeOf("device"));
        Assert.Equal(CertificatePurpose.Server, IssuanceLogEntry.PurposeOf("server"));
    }

    private static IssuanceLogEntry Entry() => IssuanceLogEntry.After(new IssuanceLogHead(0, new byte[32]), Certificate());

    private static CertificateRecord Certificate() => new()
    {
        IssuerId = "01",
        SerialNumber = "02",
        Purpose = CertificatePurpose.Device,
        Device = Harness.Device(),
        IssuedAt = Harness.Start,
        NotBefore = Harness.Start.AddMinutes(-5),
        NotAfter = Harness.Start.AddDays(90),
        KeySha256 = "03",
        Sha256 = "04",
        Der = new byte[] { 5 },
    };

    [Theory]
    [InlineData(IssuanceLogState.Intact, true)]
    [InlineData(IssuanceLogState.RowAltered, false)]
    public void Only_an_intact_log_is_intact(IssuanceLogState state, bool expected) =>
        Assert.Equal(expected, new IssuanceLogVerdict(state, 1).IsIntact);
}
