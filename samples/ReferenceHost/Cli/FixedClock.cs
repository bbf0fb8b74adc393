namespace Pulse.ReferenceHost.Cli;

/// <summary>The moment a command was told to judge at.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
