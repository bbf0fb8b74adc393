using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Tests.Snippets;

/// <summary>The examples of the README of Pulse.Mqtt, in its order.</summary>
internal static class MqttReadme
{
    public static void Register<MyTrust, MyDevices, MySink, MyQuarantine, MyAccounts>(string[] args, string password)
        where MyTrust : class, IDeviceTrust
        where MyDevices : class, IDeviceRegistry
        where MySink : class, IIngestSink
        where MyQuarantine : class, IQuarantineSink
        where MyAccounts : class, IServiceAccounts
    {
        #region register
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton<IDeviceTrust, MyTrust>();            // which certificates are devices
        builder.Services.AddSingleton<IDeviceRegistry, MyDevices>();       // who exists
        builder.Services.AddSingleton<IIngestSink, MySink>();              // where messages go
        builder.Services.AddSingleton<IQuarantineSink, MyQuarantine>();    // where refused messages go
        builder.Services.AddSingleton<IServiceAccounts, MyAccounts>();     // passwords of the service listener
        builder.Services.AddPulseMqtt(options =>
        {
            options.ServerCertificate = X509CertificateLoader.LoadPkcs12FromFile("endpoint.p12", password);
            options.AclFile = "acl.conf";                                  // written by AclWriter.Write(devices, accounts)
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenPulseMqtt());
        var app = builder.Build();
        app.UsePulseMqttWebSockets();                                      // the first middleware
        app.Run();
        #endregion
    }

    public static void Acl(IReadOnlyList<DeviceKey> devices, IReadOnlyList<AclServiceAccount> accounts)
    {
        #region acl
        var acl = AclDocument.Parse(File.ReadAllBytes("acl.conf"), AclDialect.Strict).Document!;     // or Diagnostics: line, code, severity, message
        var client = new AclClient(clientId: "acme:pump-7", userName: "acme:pump-7");
        var decision = acl.Check(client, AclAccess.Write, "tenant/acme/device/pump-7/telemetry"u8);  // Allowed, Line, Reason; no allocation
        var subscription = acl.CheckSubscribe(client, "$share/workers/tenant/acme/#"u8);             // Strict: one rule must cover all of it
        var view = acl.For(client);                                                                  // patterns filled in; keep it per connection

        Console.WriteLine(acl.Explain(client, AclAccess.Read, "tenant/other/device/x/commands"u8).Summary);

        foreach (var finding in AclLinter.Lint(File.ReadAllBytes("acl.conf")))                       // what the file says without being meant to
        {
            Console.WriteLine($"{finding}: {finding.Message}");
        }

        File.WriteAllText("acl.conf", AclWriter.Write(devices, accounts));                           // one section per device; equal sets, equal bytes
        #endregion
        _ = (decision, subscription, view);
    }

    public static void Mosquitto<MyRegistry>(WebApplicationBuilder builder, string password)
        where MyRegistry : class, IAclSource
    {
        #region mosquitto
        builder.Services.AddSingleton<IAclSource, MyRegistry>();           // devices with a live certificate, and the service accounts
        builder.Services.AddPulseMosquitto(options =>
        {
            options.AclFile = "/var/lib/pulse/acl.conf";
            options.PidFile = "/run/mosquitto/mosquitto.pid";              // or SignalCommand, or neither: a watcher beside the broker
            options.Host = "broker.internal";
            options.UserName = "pulse";
            options.Password = password;
        });
        #endregion
    }
}
