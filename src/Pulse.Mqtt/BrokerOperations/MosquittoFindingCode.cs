namespace Pulse.Mqtt;

/// <summary>What is wrong with a <c>mosquitto.conf</c>.</summary>
public enum MosquittoFindingCode
{
    /// <summary>Error: a listener without <c>acl_file</c>; its clients may do everything.</summary>
    ListenerWithoutAcl,

    /// <summary>Error: clients without a name are let in.</summary>
    AnonymousAllowed,

    /// <summary>Error: neither certificates nor passwords are asked for, so whoever connects chooses a user name.</summary>
    NoAuthentication,

    /// <summary>Error: identity options on a listener that does not require certificates.</summary>
    CertificateNotRequired,

    /// <summary>Error: certificates without <c>use_identity_as_username</c>: the client chooses its user name.</summary>
    UserNameFromClient,

    /// <summary>Error: certificates without <c>use_username_as_clientid</c>: every client can take another's session over.</summary>
    ClientIdFromClient,

    /// <summary>Warning: <c>use_subject_as_username</c>; subjects hold <c>, = +</c>, of which <c>+</c> stops all patterns.</summary>
    SubjectAsUserName,

    /// <summary>Warning: <c>use_username_as_clientid</c> on a listener for passwords: a service cannot end sessions by take-over there.</summary>
    TakeOverImpossible,

    /// <summary>Error: certificates without <c>crlfile</c>: a revoked one is taken.</summary>
    NoCrl,

    /// <summary>Warning: a WebSocket listener ignores its CRL (up to 2.0.18; 2.0.11 after a SIGHUP too): the ACL alone keeps a revoked device from doing anything.</summary>
    WebSocketCrl,

    /// <summary>Error: the CRL cannot be read. After a SIGHUP the broker runs without revocation.</summary>
    CrlUnreadable,

    /// <summary>Error: the CRL's next update is over: every client is refused.</summary>
    CrlExpired,

    /// <summary>Warning: the CRL's next update is less than a day away.</summary>
    CrlExpiresSoon,

    /// <summary>Warning: <c>per_listener_settings true</c>: each listener needs an <c>acl_file</c> of its own, below its <c>listener</c> line.</summary>
    PerListenerSettings,

    /// <summary>Warning: no TLS on a listener that is not bound to loopback.</summary>
    PlaintextListener,

    /// <summary>Warning: at most 1000 messages, the default, or as many as the line says wait for a consumer; more are lost though their senders get a PUBACK.</summary>
    QueueLosesMessages,

    /// <summary>Error: <c>max_queued_messages 0</c>: Mosquitto 2.0.11 then cuts clients after a refused publish, 2.0.16 drops everything.</summary>
    QueueOfZero,

    /// <summary>Warning: without <c>persistence true</c> a restart loses what waits.</summary>
    PersistenceOff,

    /// <summary>Warning: files of <c>include_dir</c> are not looked at.</summary>
    IncludeNotRead,
}
