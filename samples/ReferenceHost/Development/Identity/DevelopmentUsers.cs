namespace Pulse.ReferenceHost.Development.Identity;

/// <summary>The people of the development providers: one per role, and a customer of a second tenant.</summary>
internal static class DevelopmentUsers
{
    public static DevelopmentUser Alice { get; } =
        new("a11ce000-0000-4000-8000-000000000001", "alice", "Alice", "Archer", "acme", "customer");

    public static DevelopmentUser Bob { get; } =
        new("b0b00000-0000-4000-8000-000000000002", "bob", "Bob", "Baker", "acme", "tenant-admin");

    public static DevelopmentUser Carol { get; } =
        new("ca501000-0000-4000-8000-000000000003", "carol", "Carol", "Cooper", "globex", "customer");

    public static DevelopmentUser Olga { get; } =
        new("016a0000-0000-4000-8000-000000000004", "olga", "Olga", "Oakley", null, "operator");

    public static DevelopmentUser Otto { get; } =
        new("0770a000-0000-4000-8000-000000000005", "otto", "Otto", "Osborne", null, "operator-admin");

    public static IReadOnlyList<DevelopmentUser> All { get; } = [Alice, Bob, Carol, Olga, Otto];

    public static DevelopmentUser? Find(string? userName) =>
        All.FirstOrDefault(user => string.Equals(user.UserName, userName, StringComparison.Ordinal));
}
