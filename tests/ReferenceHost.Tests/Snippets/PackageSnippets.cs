using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pulse.Audit;
using Pulse.Auth;
using Pulse.Certs;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost.Tests.Snippets;

/// <summary>The examples of the README files, compiled: what stands between the regions is what readers see.</summary>
internal static class PackageSnippets
{
    public static void Auth(WebApplicationBuilder builder)
    {
        #region auth
        builder.Services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme)
            .AddPulseJwt(jwt => jwt.Issuers.Add(new PulseIssuerOptions
            {
                Issuer = "https://id.example.com/realms/pulse",
                Audiences = { "pulse-api" },
            }));
        builder.Services.AddPulseAuthorization();

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/devices", (ClaimsPrincipal user) => $"tenant {user.GetPulseTenant()}")
            .RequireAuthorization(PulsePolicies.Customer);
        #endregion
    }

    public static async Task TenancyAsync(IServiceCollection services, ITenantDatabase database, CancellationToken cancellationToken)
    {
        #region tenancy
        services.AddPulseTenancy(tenancy =>
            tenancy.AppConnectionString = "Host=db;Username=pulse_app_login;Password=…;Database=pulse");

        // One round trip: enter the tenant, run the statement, leave. Row-Level Security does the rest.
        IReadOnlyList<string> devices = await database
            .CreateBatch(TenantId.Parse("acme"))
            .Add("SELECT device_id FROM device WHERE site_id = $1", "plant-1")
            .QueryAsync(row => row.GetString(0), cancellationToken);
        #endregion
        _ = devices;
    }

    public static void Mqtt(WebApplicationBuilder builder, X509Certificate2 serverCertificate)
    {
        #region mqtt
        // Your own IDeviceTrust, IDeviceRegistry, IIngestSink, IQuarantineSink and IServiceAccounts decide and store.
        builder.Services.AddPulseMqtt(mqtt =>
        {
            mqtt.AclFile = "/etc/pulse/acl.conf";
            mqtt.ServerCertificate = serverCertificate;
            mqtt.DeviceMessagesPerSecond = 5;
            mqtt.DeviceBurst = 20;
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenPulseMqtt());

        var app = builder.Build();
        app.UsePulseMqttWebSockets();
        #endregion
    }

    public static async Task CertsAsync(
        IServiceCollection services, ICaSigner signer, NpgsqlDataSource worker, IDeviceCertificateAuthority authority, byte[] csr, CancellationToken cancellationToken)
    {
        #region certs
        services.AddPulseCerts(certs => certs.DeviceLifetime = TimeSpan.FromDays(90))
            .UseSigner(_ => signer)
            .UseStore(_ => worker);

        if (DeviceSubject.TryCreate("acme", "sensor-01", out var device))
        {
            IssueResult issued = await authority.IssueAsync(device, csr, cancellationToken);
            if (issued.Certificate is { } certificate)
            {
                await authority.RevokeAsync(device, certificate.SerialNumber, RevocationReason.KeyCompromise, cancellationToken: cancellationToken);
            }
        }
        #endregion
    }

    public static async Task AuditAsync(IServiceCollection services, NpgsqlDataSource auditLogin, IAuditWriter audit, CancellationToken cancellationToken)
    {
        #region audit
        services.AddPulseAudit(_ => { }).UsePostgres(_ => auditLogin);

        // Critical: committed when this returns, or AuditUnavailableException after at most ten seconds.
        await audit.WriteAsync(
            new AuditEvent
            {
                Type = "role.granted",
                Class = AuditClass.Critical,
                Actor = "olga",
                TenantId = "acme",
                Fields = [AuditField.Public("role", "tenant-admin")],
            },
            cancellationToken);
        #endregion
    }
}
