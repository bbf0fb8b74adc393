using CsCheck;

namespace Pulse.Certs.Tests;

/// <summary>Host names and constraints against the plain meaning of the words: a wildcard is every name it stands for.</summary>
public class NameConstraintPropertyTests
{
    private static readonly string[] Labels = ["a", "b", "com"];

    private static readonly Gen<string> Host = Gen.Int[0, 2].Array[1, 4].Select(static labels => string.Join('.', labels.Select(static label => Labels[label])));

    [Fact]
    public void A_host_is_permitted_and_excluded_by_the_same_constraints() => Gen.Select(Host, Host).Sample((constraint, host) =>
    {
        var (subtree, name) = (Constraint(constraint), Name(host));
        Assert.Equal(IsWithin(host, constraint), subtree.Permits(name));
        Assert.Equal(IsWithin(host, constraint), subtree.Excludes(name));
    });

    [Fact]
    public void A_wildcard_is_permitted_with_all_it_stands_for_and_excluded_with_any() => Gen.Select(Host, Host).Sample((constraint, suffix) =>
    {
        string[] standsFor = [.. new[] { "a", "b", "com", "z" }.Select(label => $"{label}.{suffix}")];
        var (subtree, name) = (Constraint(constraint), Name($"*.{suffix}"));
        Assert.Equal(standsFor.All(host => IsWithin(host, constraint)), subtree.Permits(name));
        Assert.Equal(standsFor.Any(host => IsWithin(host, constraint)), subtree.Excludes(name));
    });

    private static bool IsWithin(string host, string constraint) => host == constraint || host.EndsWith("." + constraint, StringComparison.Ordinal);

    private static NameConstraint Constraint(string text) => NameConstraint.Create(new GeneralName(GeneralNameForm.Dns, text, default));

    private static SubjectName Name(string text)
    {
        var leaf = TestCertificate.Leaf("leaf", Root, TestCertificate.Dns(text));
        return SubjectName.Of(PathCertificate.Read(leaf.Der)).Single(name => name.Form == GeneralNameForm.Dns);
    }

    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
}
