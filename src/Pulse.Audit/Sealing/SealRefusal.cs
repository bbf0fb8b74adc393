namespace Pulse.Audit;

/// <summary>Why nothing is sealed until somebody has looked.</summary>
internal enum SealRefusal
{
    None,

    /// <summary>The newest checkpoint is not signed by its key, or does not agree with what goes on from it.</summary>
    CheckpointForged,

    /// <summary>The log is smaller, or another, than this process has seen it: a restored backup, or somebody cut it.</summary>
    LogWentBack,

    /// <summary>The newest key is neither the signer's nor the retiring signer's.</summary>
    KeyUnknown,

    /// <summary>The log bears another name.</summary>
    OriginChanged,
}
