using Pulse.Tenancy;

namespace Pulse.ReferenceHost;

/// <summary>
/// Everything the host must be told: the section <c>Pulse</c> of its configuration, or what development mode makes up.
/// </summary>
internal sealed class HostSettings
{
    public const string SectionName = "Pulse";

    /// <summary>Where the console and the API listen.</summary>
    public string Url { get; set; } = "http://127.0.0.1:5080";

    /// <summary>The least severe log entry that is written.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Warning;

    public DatabaseSettings Database { get; set; } = new();

    public AuditSettings Audit { get; set; } = new();

    public IdentitySettings Identity { get; set; } = new();

    public CertificateSettings Certificates { get; set; } = new();

    public MqttSettings Mqtt { get; set; } = new();

    /// <summary>The names of the settings that are still empty, as an operator writes them in the environment.</summary>
    public IEnumerable<string> Missing()
    {
        (string Name, string? Value)[] required =
        [
            ("Pulse__Database__App", Database.App),
            ("Pulse__Database__Operator", Database.Operator),
            ("Pulse__Database__Audit", Database.Audit),
            ("Pulse__Database__Worker", Database.Worker),
            ("Pulse__Audit__SpillFolder", Audit.SpillFolder),
            ("Pulse__Audit__SigningKeyFile", Audit.SigningKeyFile),
            ("Pulse__Identity__Issuer", Identity.Issuer),
            ("Pulse__Identity__WebClientSecret", Identity.WebClientSecret),
            ("Pulse__Certificates__AuthorityCertificateFile", Certificates.AuthorityCertificateFile),
            ("Pulse__Certificates__AuthorityKeyFile", Certificates.AuthorityKeyFile),
            ("Pulse__Certificates__AuthorityPassword", Certificates.AuthorityPassword),
            ("Pulse__Mqtt__AclFile", Mqtt.AclFile),
            ("Pulse__Mqtt__ServicePassword", Mqtt.ServicePassword),
        ];
        return required.Where(setting => string.IsNullOrWhiteSpace(setting.Value)).Select(setting => setting.Name);
    }
}

/// <summary>One connection string a login (design §5); none of them may do another's work.</summary>
internal sealed class DatabaseSettings
{
    public string App { get; set; } = string.Empty;

    public string Operator { get; set; } = string.Empty;

    public string Audit { get; set; } = string.Empty;

    public string Worker { get; set; } = string.Empty;

    /// <summary>What the tenancy doctor's findings do to the start.</summary>
    public DoctorAtStart Doctor { get; set; }

    /// <summary>File of the findings that are accepted; none by default.</summary>
    public string? DoctorBaselineFile { get; set; }

    /// <summary>Starts on a PostgreSQL whose minor release lacks fixes of row security.</summary>
    public bool AcceptServerBelowSecurityFloor { get; set; }
}

internal sealed class AuditSettings
{
    /// <summary>Where audit events go while the database is away: an absolute path on a local disk, for this process alone.</summary>
    public string SpillFolder { get; set; } = string.Empty;

    /// <summary>Most bytes in it.</summary>
    public long SpillMaxBytes { get; set; } = 1L << 30;

    /// <summary>The private key that signs what the trail holds (P-256, PEM): of one file for all replicas, which take turns.</summary>
    public string SigningKeyFile { get; set; } = string.Empty;

    /// <summary>Names this trail in every signed checkpoint; never changed afterwards.</summary>
    public string Origin { get; set; } = "pulse-reference-host/audit";
}

internal sealed class IdentitySettings
{
    public string Issuer { get; set; } = string.Empty;

    public string Audience { get; set; } = "pulse-api";

    public string WebClientId { get; set; } = "pulse-web";

    public string WebClientSecret { get; set; } = string.Empty;

    /// <summary>Plain http to the provider: development only; Pulse.Auth refuses it elsewhere.</summary>
    public bool AllowHttpMetadata { get; set; }
}

internal sealed class CertificateSettings
{
    public string AuthorityCertificateFile { get; set; } = string.Empty;

    public string AuthorityKeyFile { get; set; } = string.Empty;

    public string AuthorityPassword { get; set; } = string.Empty;

    /// <summary>Keys that are never certified; see <see cref="Pulse.Certs.PulseCertsOptions.BlockedKeysFile"/>. None by default.</summary>
    public string? BlockedKeysFile { get; set; }

    /// <summary>DNS names of the MQTT server certificate.</summary>
    public IList<string> ServerNames { get; } = [];
}

internal sealed class MqttSettings
{
    public string Address { get; set; } = "127.0.0.1";

    public int ServicePort { get; set; } = 1883;

    public int DevicePort { get; set; } = 8883;

    public int WebSocketPort { get; set; } = 9001;

    public string AclFile { get; set; } = string.Empty;

    public string ServiceUser { get; set; } = "service_pulse";

    public string ServicePassword { get; set; } = string.Empty;
}
