namespace Pulse.Mqtt;

/// <summary>How bad a diagnostic is.</summary>
public enum AclSeverity
{
    /// <summary>The file loads, but probably does not say what its author meant.</summary>
    Warning,

    /// <summary>The file does not load.</summary>
    Error,
}
