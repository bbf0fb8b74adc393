namespace Pulse.ReferenceHost.Tests.Architecture;

/// <summary>An assertion that names everything it found: a rule is followed faster when all its breaches are known.</summary>
internal static class Expect
{
    public static void None<T>(IEnumerable<T> breaches)
    {
        var found = breaches.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
