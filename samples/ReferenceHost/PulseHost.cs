using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using Pulse.Audit;
using Pulse.Auth;
using Pulse.Certs;
using Pulse.Mqtt;
using Pulse.ReferenceHost.Api;
using Pulse.ReferenceHost.Composition;
using Pulse.ReferenceHost.WebConsole;
using Pulse.Tenancy;

namespace Pulse.ReferenceHost;

/// <summary>Composes the five packages into one web application; development and production differ in settings alone.</summary>
internal static class PulseHost
{
    private const string HealthPath = "/healthz";

    /// <summary>Builds the application; its listeners open when it is started.</summary>
    public static async Task<WebApplication> BuildAsync(
        HostSettings settings, string environment, Action<IServiceCollection>? configure, CancellationToken cancellationToken)
    {
        var certificate = await ServerCertificate.IssueAsync(settings, cancellationToken);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        // The host's own settings are complete; nothing of the machine's environment may change where it listens.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        AddServices(builder.Services, settings, certificate);
        configure?.Invoke(builder.Services);

        var url = new Uri(settings.Url);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Parse(url.Host), url.Port);
            kestrel.ListenPulseMqtt();
        });

        var app = builder.Build();
        app.UsePulseMqttWebSockets();
        // Asked every few seconds by whoever watches, and answered without anybody's data.
        app.UsePulseAudit(requests => requests.Skip = static context => context.Request.Path == HealthPath);
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(ProblemAnswers.Handle);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks(HealthPath);
        app.MapPulseBrowserLogin();
        app.MapPulseBackchannelLogout();
        app.MapCustomerApi();
        app.MapOperatorApi();
        app.MapConsole();
        return app;
    }

    /// <summary>Writes the ACL file the listeners open with, then opens them.</summary>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await app.Services.GetRequiredService<AclPublication>().WriteAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        await app.Services.GetRequiredService<ICertificateEvents>()
            .IssuedAsync(new CertificateIssued(app.Services.GetRequiredService<ServerCertificate>().Issued), cancellationToken);
    }

    private static void AddServices(IServiceCollection services, HostSettings settings, ServerCertificate certificate)
    {
        services.AddSingleton(settings.Mqtt);
        services.AddSingleton(settings.Identity);
        services.AddSingleton(TimeProvider.System);
        // A factory, so that the container disposes of it.
        services.AddSingleton(_ => certificate);
        services.AddHealthChecks().AddCheck<DatabaseHealth>("postgresql").AddPulseJwks();
        // A session and a login that is under way live in this process's memory; keys that outlive it would protect nothing.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        AddIdentity(services, settings.Identity);
        AddDatabase(services, settings.Database);
        AddAudit(services, settings.Audit);
        AddCertificates(services, settings.Certificates);
        AddDevices(services, settings.Mqtt, certificate);
    }

    private static void AddIdentity(IServiceCollection services, IdentitySettings identity)
    {
        services.AddSingleton<AuthEvents, AuthToAudit>();
        services.AddAuthentication(PulseJwtDefaults.AuthenticationScheme)
            .AddPulseJwt(jwt => jwt.Issuers.Add(new PulseIssuerOptions
            {
                Issuer = identity.Issuer,
                AllowHttpMetadata = identity.AllowHttpMetadata,
                Audiences = { identity.Audience },
            }))
            .AddPulseBrowserLogin(login =>
            {
                login.Issuer = identity.Issuer;
                login.AllowHttpMetadata = identity.AllowHttpMetadata;
                login.ClientId = identity.WebClientId;
                login.ClientSecret = identity.WebClientSecret;
            });
        services.AddPulseAuthorization();
    }

    private static void AddDatabase(IServiceCollection services, DatabaseSettings database)
    {
        services.AddSingleton<IOperatorAccessRecorder, OperatorAccessToAudit>();
        services.AddPulseTenancy(tenancy =>
        {
            tenancy.AppConnectionString = database.App;
            tenancy.OperatorConnectionString = database.Operator;
        });
        services.AddPulseTenancyDoctor(doctor =>
        {
            doctor.AtStart = database.Doctor;
            doctor.AcceptServerBelowSecurityFloor = database.AcceptServerBelowSecurityFloor;
            doctor.Baseline = database.DoctorBaselineFile is { } file ? DoctorBaseline.Load(file) : DoctorBaseline.Empty;
        });
        services.AddKeyedSingleton(DataSources.Worker, (_, _) => NpgsqlDataSource.Create(database.Worker));
        services.AddKeyedSingleton(DataSources.Audit, (_, _) => NpgsqlDataSource.Create(database.Audit));
    }

    private static void AddAudit(IServiceCollection services, AuditSettings audit)
    {
        services.AddSingleton<IAuditSigner>(_ => AuditSigningKey.Load(audit));
        services.AddPulseAudit(options =>
        {
            options.SpillFolder = audit.SpillFolder;
            options.SpillMaxBytes = audit.SpillMaxBytes;
        })
            .UsePostgres(provider => provider.GetRequiredKeyedService<NpgsqlDataSource>(DataSources.Audit))
            .UseSealing(
                provider => provider.GetRequiredKeyedService<NpgsqlDataSource>(DataSources.Worker),
                provider => provider.GetRequiredService<IAuditSigner>(),
                sealing => sealing.Origin = audit.Origin);
    }

    private static void AddCertificates(IServiceCollection services, CertificateSettings certificates)
    {
        services.AddSingleton(certificates);
        services.AddSingleton<ICertificateEvents, CertificateEventsToSessionsAndAudit>();
        services.AddPulseCerts(certs => certs.BlockedKeysFile = certificates.BlockedKeysFile)
            .UseSigner(_ => DeviceAuthority.LoadSigner(certificates))
            .UseStore(provider => provider.GetRequiredKeyedService<NpgsqlDataSource>(DataSources.Worker));
    }

    private static void AddDevices(IServiceCollection services, MqttSettings mqtt, ServerCertificate certificate)
    {
        services.AddSingleton<DeviceDirectory>();
        services.AddSingleton<AclPublication>();
        services.AddSingleton<DeviceEnrolment>();
        services.AddSingleton<IDeviceTrust, TrustFromCerts>();
        services.AddSingleton<IDeviceRegistry, RegistryFromTenancy>();
        services.AddSingleton<IIngestSink, IngestToTenancy>();
        services.AddSingleton<IQuarantineSink, QuarantineToTenancy>();
        services.AddSingleton<IServiceAccounts, ServiceAccountsFromSettings>();
        services.AddPulseMqtt(endpoint =>
        {
            endpoint.Address = mqtt.Address;
            endpoint.ServicePort = mqtt.ServicePort;
            endpoint.DevicePort = mqtt.DevicePort;
            endpoint.WebSocketPort = mqtt.WebSocketPort;
            endpoint.AclFile = mqtt.AclFile;
            endpoint.ServerCertificate = certificate.Value;
        });
    }
}
