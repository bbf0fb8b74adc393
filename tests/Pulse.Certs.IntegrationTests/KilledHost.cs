using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Pulse.Certs.IntegrationTests;

/// <summary>
/// A host in a process of its own that issues, rotates, holds, releases and revokes until it is killed. It prints a line for what
/// the authority answered it, and nothing for what it did not.
/// </summary>
internal static class KilledHost
{
    public const int Devices = 3;

    public static async Task<int> Main(string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder();
        await using var worker = NpgsqlDataSource.Create(arguments[0]);
        builder.Services.AddPulseCerts(_ => { })
            .UseSigner(_ => CaSigners.FromEncryptedPem(File.ReadAllText(arguments[1]), File.ReadAllText(arguments[2]), arguments[3]))
            .UseStore(_ => worker);
        using var host = builder.Build();
        await host.StartAsync();
        var authority = host.Services.GetRequiredService<IDeviceCertificateAuthority>();
        await Console.Out.WriteLineAsync("ready");

        var random = new Random(int.Parse(arguments[4], CultureInfo.InvariantCulture));
        while (true)
        {
            var device = Device(random.Next(Devices));
            var live = await authority.ListActiveAsync(device);
            var picked = live.Count == 0 ? null : live[random.Next(live.Count)];
            await ActAsync(authority, device, picked, random.Next(8));
        }
    }

    public static DeviceSubject Device(int number) => DeviceSubject.TryCreate("acme", $"d{number}", out var device) ? device : default;

    private static async Task ActAsync(IDeviceCertificateAuthority authority, DeviceSubject device, IssuedCertificate? picked, int action)
    {
        if (picked is null || action == 0)
        {
            Print("issued", (await authority.IssueAsync(device, Csr())).Certificate?.SerialNumber);
            return;
        }

        switch (action)
        {
            case 1 or 2:
                var revoked = await authority.RevokeAsync(device, picked.SerialNumber, RevocationReason.PrivilegeWithdrawn);
                Print("revoked", revoked.Succeeded ? picked.SerialNumber : null);
                break;
            case 3:
                await authority.HoldAsync(device, picked.SerialNumber);
                break;
            case 4:
                await authority.ReleaseAsync(device, picked.SerialNumber);
                break;
            default:
                Print("issued", (await authority.RotateAsync(device, picked.SerialNumber, Csr())).Certificate?.SerialNumber);
                break;
        }
    }

    private static void Print(string what, string? serialNumber)
    {
        if (serialNumber is not null)
        {
            Console.Out.WriteLine($"{what} {serialNumber}");
        }
    }

    private static byte[] Csr()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }
}
