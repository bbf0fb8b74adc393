namespace Pulse.Tenancy.Testing;

/// <summary>An attack: whom it aims at, and what it does in a transaction of its own.</summary>
internal sealed record Attack(string Id, string Description, Func<KitCatalog, IEnumerable<KitTarget>> Targets, Func<AttackSession, KitTarget, Task<Outcome>> RunAsync);

/// <summary>How an attack ended, before it is written into a result.</summary>
internal readonly record struct Outcome(IsolationVerdict Verdict, string Message)
{
    public static Outcome Seen(long rows) => rows == 0
        ? new(IsolationVerdict.Invisible, "No row of the other tenant came back.")
        : new(IsolationVerdict.Leaked, $"{rows} row(s) of the other tenant came back.");

    public static Outcome Changed(long rows) => rows == 0
        ? new(IsolationVerdict.Invisible, "No row of the other tenant was there to be changed.")
        : new(IsolationVerdict.Leaked, $"{rows} row(s) of the other tenant were changed.");
}
