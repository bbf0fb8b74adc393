namespace Pulse.ReferenceHost;

/// <summary>The person at the keyboard can mend this: the message says how; exit code 2, no stack trace.</summary>
internal sealed class UsageException(string message) : Exception(message);
