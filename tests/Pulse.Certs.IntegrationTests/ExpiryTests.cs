using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Pulse.TestKit;

namespace Pulse.Certs.IntegrationTests;

/// <summary>Notices over a real store.</summary>
[Collection(PostgresTests.Name)]
public class ExpiryTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    private CertsDatabase _database = null!;
    private IServiceProvider _services = null!;

    private ICertificateStore Store => _services.GetRequiredService<ICertificateStore>();

    private IDeviceCertificateAuthority Authority => _services.GetRequiredService<IDeviceCertificateAuthority>();

    public async Task InitializeAsync()
    {
        _database = await CertsDatabase.CreateAsync(postgres);
        _services = await _database.StartAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Lists_by_the_end_and_page_after_page_what_is_good_and_has_no_successor()
    {
        var (first, second) = (await IssueAsync("a"), await IssueAsync("b"));
        var (held, revoked, replaced) = (await IssueAsync("c"), await IssueAsync("d"), await IssueAsync("e"));
        await Authority.HoldAsync(held.Device!.Value, held.SerialNumber);
        await Authority.RevokeAsync(revoked.Device!.Value, revoked.SerialNumber, RevocationReason.Superseded);
        await CertsDatabase.ExecuteAsync(
            _database.Superuser, "UPDATE pulse_certs.certificate SET not_after = not_after - interval '1 day' WHERE device_id IN ('a', 'e')");
        await IssueAsync("e");
        await Authority.IssueServerAsync(new ServerNames(["mqtt.example.org"], []), Csr());

        var all = await ListAsync(after: null, limit: 10);
        var page = await ListAsync(after: null, limit: 1);
        var next = await ListAsync(page[0], limit: 1);

        // The successor of "e" is listed, the certificate it replaces is not.
        Assert.Equal([first.SerialNumber], page.Select(certificate => certificate.SerialNumber));
        Assert.Equal(3, all.Count);
        Assert.Equal(all[1].SerialNumber, Assert.Single(next).SerialNumber);
        Assert.DoesNotContain(all, certificate => certificate.SerialNumber == replaced.SerialNumber);
        Assert.Contains(all, certificate => certificate.SerialNumber == second.SerialNumber);
        Assert.Empty(await Store.ListExpiringAsync(Now, Now.AddDays(80), null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Gives_each_notice_to_one_of_many_hosts()
    {
        await IssueAsync("a");
        var certificate = Assert.Single(await ListAsync(after: null, limit: 10));

        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Store.AddExpiryNoticesAsync(certificate, ["30d", "14d"], Now, CancellationToken.None).AsTask()));

        Assert.Equal(["14d", "30d"], added.SelectMany(thresholds => thresholds).Order());
        Assert.Equal(["14d", "30d"], Assert.Single(await ListAsync(after: null, limit: 10)).Noticed.Order());
    }

    [Fact]
    public async Task Resolves_the_notices_of_what_is_replaced_once()
    {
        var current = await IssueAsync("a");
        var certificate = Assert.Single(await ListAsync(after: null, limit: 10));
        await Store.AddExpiryNoticesAsync(certificate, ["30d"], Now, CancellationToken.None);
        Assert.Equal(0, await Store.ResolveExpiryNoticesAsync(Now, CancellationToken.None));
        await CertsDatabase.ExecuteAsync(_database.Superuser, "UPDATE pulse_certs.certificate SET not_after = not_after - interval '1 day'");
        await Authority.RotateAsync(current.Device!.Value, current.SerialNumber, Csr());

        Assert.Equal(1, await Store.ResolveExpiryNoticesAsync(Now, CancellationToken.None));
        Assert.Equal(0, await Store.ResolveExpiryNoticesAsync(Now, CancellationToken.None));
    }

    private static byte[] Csr() =>
        new CertificateRequest("CN=x", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256).CreateSigningRequest();

    private ValueTask<IReadOnlyList<ExpiringCertificate>> ListAsync(ExpiringCertificate? after, int limit) =>
        Store.ListExpiringAsync(Now, Now.AddDays(100), after, limit, CancellationToken.None);

    private async Task<IssuedCertificate> IssueAsync(string name)
    {
        Assert.True(DeviceSubject.TryCreate("acme", name, out var device));
        var result = await Authority.IssueAsync(device, Csr());
        Assert.True(result.Succeeded, result.Refusal.ToString());
        return result.Certificate!;
    }
}
