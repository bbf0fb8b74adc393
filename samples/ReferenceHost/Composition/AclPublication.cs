using System.Text;
using Npgsql;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Composition;

/// <summary>Writes the ACL file from the registry, whole or not at all, and has the endpoint read it.</summary>
internal sealed class AclPublication(MqttSettings settings, [FromKeyedServices(DataSources.Worker)] NpgsqlDataSource worker)
{
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var devices = await DeviceDirectory.ListAllAsync(worker, cancellationToken);
        var content = AclWriter.Write(devices, [Services()]);
        var partial = settings.AclFile + ".new";
        await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes(content), cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, settings.AclFile, overwrite: true);
    }

    // The platform speaks to devices; what they send goes through the pipeline and is not for subscribers.
    private AclServiceAccount Services() => new(settings.ServiceUser)
    {
        Write = { "tenant/+/device/+/commands", "tenant/+/device/+/shadow/desired" },
    };
}
