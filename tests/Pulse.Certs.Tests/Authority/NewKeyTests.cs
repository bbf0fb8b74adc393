using System.Security.Cryptography;
using System.Text;

namespace Pulse.Certs.Tests;

public class NewKeyTests
{
    private readonly Harness _harness = new();

    [Fact]
    public async Task Gives_the_key_of_the_certificate()
    {
        using var result = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device());

        Assert.True(result.Succeeded);
        Assert.Equal(IssueRefusal.None, result.Refusal);
        Assert.True(_harness.Validate(result.Certificate!.Der).IsValid);
        var pem = Encoding.ASCII.GetString(result.PrivateKeyPem.Span);
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", pem, StringComparison.Ordinal);
        Assert.EndsWith("-----END PRIVATE KEY-----\n", pem, StringComparison.Ordinal);
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        Assert.Equal(
            key.ExportSubjectPublicKeyInfo(), ParsedCertificate.Read(result.Certificate.Der).SubjectPublicKeyInfo.ToArray());
    }

    [Fact]
    public async Task Gives_every_device_another_key()
    {
        using var first = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device());
        using var second = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device("pump-2"));

        Assert.False(first.PrivateKeyPem.Span.SequenceEqual(second.PrivateKeyPem.Span));
    }

    [Fact]
    public async Task Zeroes_the_key_when_it_is_disposed_of()
    {
        var result = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device());
        var key = result.PrivateKeyPem;

        result.Dispose();
        result.Dispose();

        Assert.All(key.ToArray(), value => Assert.Equal(0, value));
        Assert.Throws<InvalidOperationException>(() => result.PrivateKeyPem);
        Assert.NotNull(result.Certificate);
    }

    [Fact]
    public async Task Says_nothing_of_the_key_in_logs_or_text()
    {
        using var result = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device());
        var secret = Encoding.ASCII.GetString(result.PrivateKeyPem.Span).Split('\n')[1];

        Assert.DoesNotContain(secret, result.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_harness.Logs.GetSnapshot(), record => record.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gives_no_key_with_a_refusal()
    {
        await _harness.IssueAsync(Harness.Device());
        await _harness.IssueAsync(Harness.Device());

        using var result = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device());

        Assert.False(result.Succeeded);
        Assert.Equal(IssueRefusal.TooManyActive, result.Refusal);
        Assert.Null(result.Certificate);
        Assert.Throws<InvalidOperationException>(() => result.PrivateKeyPem);
    }

    [Fact]
    public async Task Rotates_with_a_new_key()
    {
        using var current = await _harness.Authority.IssueWithNewKeyAsync(Harness.Device());

        using var successor = await _harness.Authority.RotateWithNewKeyAsync(Harness.Device(), current.Certificate!.SerialNumber);
        using var unknown = await _harness.Authority.RotateWithNewKeyAsync(Harness.Device(), "0102");
        using var unreadable = await _harness.Authority.RotateWithNewKeyAsync(Harness.Device(), "no number");

        Assert.Equal(successor.Certificate!.SerialNumber, Assert.Single(_harness.Store.OpenOverlaps).Successor);
        Assert.Equal(IssueRefusal.CurrentNotFound, unknown.Refusal);
        Assert.Equal(IssueRefusal.CurrentNotFound, unreadable.Refusal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await _harness.Authority.IssueWithNewKeyAsync(default));
    }
}
