namespace Pulse.Mqtt;

/// <summary>The outcomes of a publication.</summary>
public enum AclPublicationOutcome
{
    /// <summary>The source failed; nothing was written.</summary>
    SourceFailed,

    /// <summary>The broker was seen to decide by the new file.</summary>
    Published,

    /// <summary>The file in place says the same already and was seen in force.</summary>
    Unchanged,

    /// <summary>An identity of the source cannot be written safely, or <see cref="MosquittoOptions.UserName"/> has no section; nothing was written.</summary>
    InvalidIdentity,

    /// <summary>More users than <see cref="MosquittoOptions.MaxUsers"/>; nothing was written.</summary>
    TooManyUsers,

    /// <summary>Our own reading of the file refuses it, or allows the topic that must be denied; nothing was written.</summary>
    Unsafe,

    /// <summary>The file system refused; the file in place is the old one.</summary>
    WriteFailed,

    /// <summary>The new file is in place, but the broker could not be signalled; it goes on with the old rules.</summary>
    SignalFailed,

    /// <summary>The new file is in place, but the broker was not seen to use it in time.</summary>
    NotInForce,

    /// <summary>The broker allowed the topic that must be denied: it runs without rules. The last good file was put back and the broker signalled again.</summary>
    BrokerOpen,
}
