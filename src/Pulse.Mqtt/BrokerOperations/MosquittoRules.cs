using System.Globalization;

namespace Pulse.Mqtt;

/// <summary>The rules of <see cref="MosquittoConfigLinter"/>.</summary>
internal sealed class MosquittoRules(MosquittoConfig config, DateTimeOffset now, Func<string, byte[]?>? readFile)
{
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(1);

    private readonly List<MosquittoFinding> _found = [];

    private bool PerListener => config.Global.IsTrue("per_listener_settings");

    public List<MosquittoFinding> Judge()
    {
        JudgeBroker(config.Global);
        var listeners = config.Listeners.Count == 0 || config.Global.Has("port") ? config.Listeners.Prepend(config.Global) : config.Listeners;
        foreach (var listener in listeners)
        {
            JudgeAccess(listener);
            if (listener.IsTrue("require_certificate"))
            {
                JudgeCertificates(listener);
            }
            else
            {
                JudgeWithoutCertificates(listener);
            }
        }

        return _found;
    }

    private void JudgeBroker(MosquittoSettings global)
    {
        if (PerListener)
        {
            Warn(global.LineOf("per_listener_settings"), MosquittoFindingCode.PerListenerSettings,
                "per_listener_settings gives each listener its own acl_file, and one that lacks it has no ACL at all. Remove the line, so that one acl_file holds for all.");
        }

        if (global.Has("include_dir"))
        {
            Warn(global.LineOf("include_dir"), MosquittoFindingCode.IncludeNotRead, "The files of include_dir are not looked at. Put everything into this file, or lint them joined.");
        }

        JudgeQueue(global);
        if (!global.IsTrue("persistence"))
        {
            Warn(global.LineOf("persistence"), MosquittoFindingCode.PersistenceOff, "Without 'persistence true' a restart of the broker loses what waits for consumers, though it was acknowledged.");
        }
    }

    private void JudgeQueue(MosquittoSettings global)
    {
        var line = global.LineOf("max_queued_messages");
        var isNumber = int.TryParse(global.Value("max_queued_messages") ?? "1000", NumberStyles.None, CultureInfo.InvariantCulture, out var most);
        if (isNumber && most == 0)
        {
            Error(line, MosquittoFindingCode.QueueOfZero,
                "With max_queued_messages 0, 2.0.11 cuts a client after a refused publish and 2.0.16 drops every queued message. Write a large number, such as 1000000, and bound the memory by max_queued_bytes.");
        }
        else if (!isNumber || most < 100_000)
        {
            Warn(line, MosquittoFindingCode.QueueLosesMessages,
                "When a consumer stalls, more than max_queued_messages (default 1000) are dropped while their senders get a PUBACK. Write a large number, such as 1000000, bound the memory by max_queued_bytes and watch $SYS/broker/publish/messages/dropped.");
        }
    }

    private void JudgeAccess(MosquittoSettings listener)
    {
        var security = PerListener ? listener : config.Global;
        if (!HasSecurity(listener, "acl_file"))
        {
            Error(listener.Line, MosquittoFindingCode.ListenerWithoutAcl,
                $"No acl_file holds for {listener.Name}: its clients may read and write everything. {(PerListener ? "Put one below its listener line, or remove per_listener_settings." : "Add one.")}");
        }

        var anonymous = PerListener ? listener : config.Listeners.LastOrDefault(static other => other.Has("allow_anonymous")) ?? security;
        if (anonymous.IsTrue("allow_anonymous"))
        {
            Error(anonymous.LineOf("allow_anonymous"), MosquittoFindingCode.AnonymousAllowed, "Clients without a name are let in. Write 'allow_anonymous false'.");
        }

        // Without a listener line the broker binds loopback alone, unless it is given a port.
        var isLoopback = listener.Line == 0
            ? !listener.Has("port")
            : listener.Value("listener")!.Split(' ') is [_, "127.0.0.1" or "::1" or "localhost", ..];
        if (!listener.Has("certfile") && !isLoopback)
        {
            Warn(listener.Line, MosquittoFindingCode.PlaintextListener, $"{listener.Name} has no TLS (certfile, keyfile) and is not bound to loopback: passwords and messages go in the clear.");
        }
    }

    private void JudgeCertificates(MosquittoSettings listener)
    {
        if (listener.IsTrue("use_subject_as_username"))
        {
            Warn(listener.LineOf("use_subject_as_username"), MosquittoFindingCode.SubjectAsUserName, "A subject holds ',' and '=', and may hold '+', which stops all patterns. Use use_identity_as_username.");
        }
        else if (!listener.IsTrue("use_identity_as_username"))
        {
            Error(listener.Line, MosquittoFindingCode.UserNameFromClient, $"On {listener.Name} a client with any certificate chooses its user name. Add 'use_identity_as_username true'.");
        }

        if (!listener.IsTrue("use_username_as_clientid"))
        {
            Error(listener.Line, MosquittoFindingCode.ClientIdFromClient, $"On {listener.Name} any client can present another's client id and take its session over. Add 'use_username_as_clientid true'.");
        }

        if (!listener.Has("crlfile"))
        {
            Error(listener.Line, MosquittoFindingCode.NoCrl, $"{listener.Name} takes revoked certificates. Add a crlfile.");
            return;
        }

        if (listener.Value("protocol") == "websockets")
        {
            Warn(listener.LineOf("crlfile"), MosquittoFindingCode.WebSocketCrl, $"{listener.Name} ignores its crlfile: WebSocket listeners do so up to 2.0.18, 2.0.11 after a SIGHUP too. There a revoked device is kept out by its missing ACL section and the take-over alone.");
        }

        if (readFile is not null)
        {
            JudgeCrl(listener.LineOf("crlfile"), readFile(listener.Value("crlfile")!));
        }
    }

    private void JudgeCrl(int line, byte[]? crl)
    {
        if (crl is null || CrlDates.NextUpdate(crl) is not { } next)
        {
            Error(line, MosquittoFindingCode.CrlUnreadable, "The crlfile cannot be read as PEM CRLs with a next update. After the next SIGHUP the broker would run without revocation.");
        }
        else if (next <= now)
        {
            Error(line, MosquittoFindingCode.CrlExpired, "The CRL's next update is over: the broker refuses every client. Publish a new one.");
        }
        else if (next - now < SoonExpired)
        {
            Warn(line, MosquittoFindingCode.CrlExpiresSoon, "The CRL's next update is less than a day away, and after it the broker refuses every client. Publish a new one.");
        }
    }

    private void JudgeWithoutCertificates(MosquittoSettings listener)
    {
        foreach (var option in new[] { "use_identity_as_username", "use_subject_as_username", "crlfile" })
        {
            if (listener.Has(option))
            {
                Error(listener.LineOf(option), MosquittoFindingCode.CertificateNotRequired, $"{option} on {listener.Name} needs certificates, which are not required. Add 'require_certificate true'.");
            }
        }

        if (listener.IsTrue("use_username_as_clientid"))
        {
            Warn(listener.LineOf("use_username_as_clientid"), MosquittoFindingCode.TakeOverImpossible,
                $"On {listener.Name} a service gets its user name as client id and cannot end a revoked device's session by taking its id over. Remove the line there.");
        }

        if (!HasSecurity(listener, "password_file") && !HasSecurity(listener, "plugin") && !HasSecurity(listener, "auth_plugin") && !HasSecurity(listener, "psk_file"))
        {
            Error(listener.Line, MosquittoFindingCode.NoAuthentication, $"{listener.Name} asks for neither a certificate nor a password. Add 'require_certificate true' or a password_file.");
        }
    }

    // Without per_listener_settings these hold for all listeners, wherever they stand.
    private bool HasSecurity(MosquittoSettings listener, string option) =>
        listener.Has(option) || (!PerListener && (config.Global.Has(option) || config.Listeners.Any(other => other.Has(option))));

    private void Error(int line, MosquittoFindingCode code, string message) => _found.Add(new MosquittoFinding(line, code, AclSeverity.Error, message));

    private void Warn(int line, MosquittoFindingCode code, string message) => _found.Add(new MosquittoFinding(line, code, AclSeverity.Warning, message));
}
