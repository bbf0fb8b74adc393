using System.Security.Cryptography.X509Certificates;

namespace Pulse.Mqtt;

/// <summary>Settings of the operations on a Mosquitto broker.</summary>
public sealed class MosquittoOptions
{
    /// <summary>The configuration section these settings are usually bound from.</summary>
    public const string SectionName = "Pulse:Mosquitto";

    /// <summary>Path of the ACL file to publish: the broker's <c>acl_file</c>, or the file its watcher reads. Required.</summary>
    public string AclFile { get; set; } = string.Empty;

    /// <summary>Path of the broker's <c>crlfile</c>. When set, nothing is signalled while that file is missing or broken. Default empty.</summary>
    public string CrlFile { get; set; } = string.Empty;

    /// <summary>Most users in a published file. Default and most 10,000 (Mosquitto 2.0 loads them in quadratic time); at least 1.</summary>
    public int MaxUsers { get; set; } = AclLinter.MaxUsers;

    /// <summary>Path of the broker's <c>pid_file</c>; SIGHUP goes there after a publication. Default empty: <see cref="SignalCommand"/> or a watcher signals.</summary>
    public string PidFile { get; set; } = string.Empty;

    /// <summary>A program and its arguments that signal the broker, such as <c>systemctl reload mosquitto</c>. Default empty. Not together with <see cref="PidFile"/>.</summary>
    public IList<string> SignalCommand { get; set; } = [];

    /// <summary>Host of the broker's service listener. Default <c>127.0.0.1</c>.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Port of the service listener. Default 1883; 1 to 65535.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>The PEM file of the authority that the broker's certificate must come from; empty for the machine's own list. Default empty.</summary>
    public string AuthorityFile { get; set; } = string.Empty;

    /// <summary>Speaks to the broker without TLS. Default <see langword="false"/>; taken only with a loopback <see cref="Host"/>, as the password goes in the clear.</summary>
    public bool AllowPlaintextOnLoopback { get; set; }

    /// <summary>The service account that probes, and that takes sessions over. It needs a section among the accounts of <see cref="IAclSource"/>. Required.</summary>
    public string UserName { get; set; } = string.Empty;

    /// <summary>Its password. Required.</summary>
    public string Password { get; set; } = string.Empty;

    /// <summary>How long a publication may take to be in force, and a session to be ended. Default 10 s; 1 s to 5 min.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between canary checks. Default 30 s; 1 s to 1 h.</summary>
    public TimeSpan CanaryInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A certificate on the CRL, with its private key: the canary sees that it is refused. Default none, which leaves that check out.</summary>
    public X509Certificate2? RevokedCertificate { get; set; }

    /// <summary>Port of the device listener the revoked certificate is tried at. Default 8883; 1 to 65535.</summary>
    public int DevicePort { get; set; } = 8883;
}
