namespace Pulse.Certs.Tests;

/// <summary>What one question may cost, counted to the last.</summary>
public class PathBudgetTests
{
    private static readonly TestCertificate Root = TestCertificate.Authority("Root");
    private static readonly PathCertificate Issuer = PathCertificate.Read(Root.Der);
    private static readonly PathCertificate Leaf = PathCertificate.Read(TestCertificate.Leaf("leaf", Root).Der);

    [Fact]
    public void A_pair_is_verified_once_however_often_it_is_asked_for()
    {
        using var budget = new PathBudget(maxSignatures: 1);

        Assert.Equal(CertificateRefusal.None, budget.Verify(Leaf, Issuer));
        Assert.Equal(CertificateRefusal.None, budget.Verify(Leaf, Issuer));
        Assert.False(budget.IsExhausted);
        Assert.Equal(CertificateRefusal.LimitExceeded, budget.Verify(Issuer, Issuer));
        Assert.True(budget.IsExhausted);
    }

    [Fact]
    public void A_list_is_verified_once_however_often_it_is_asked_for()
    {
        using var budget = new PathBudget(maxSignatures: 1);
        var list = new TestCrl(Root).Read();

        Assert.Equal(CertificateRefusal.None, budget.Verify(list, Issuer));
        Assert.Equal(CertificateRefusal.None, budget.Verify(list, Issuer));
        Assert.Equal(CertificateRefusal.LimitExceeded, budget.Verify(new TestCrl(Root, 2).Read(), Issuer));
    }

    [Fact]
    public void A_list_that_was_verified_under_one_key_is_not_so_under_another()
    {
        using var budget = new PathBudget(maxSignatures: 9);
        var list = new TestCrl(Root).Read();

        Assert.Equal(CertificateRefusal.None, budget.Verify(list, Issuer));
        Assert.Equal(CertificateRefusal.SignatureInvalid, budget.Verify(list, PathCertificate.Read(TestCertificate.Authority("Root").Der)));
    }

    [Fact]
    public void The_last_of_each_allowance_can_be_spent_and_none_after_it()
    {
        using var paths = new PathBudget(1);
        using var steps = new PathBudget(1);
        using var comparisons = new PathBudget(1);

        Assert.All(Enumerable.Range(0, 64), _ => Assert.True(paths.TryPath()));
        Assert.False(paths.TryPath());
        Assert.All(Enumerable.Range(0, 4096), _ => Assert.True(steps.TryStep()));
        Assert.False(steps.TryStep());
        Assert.True(comparisons.TryCompare(249_999));
        Assert.True(comparisons.TryCompare(1));
        Assert.False(comparisons.TryCompare(1));
        Assert.True(paths.IsExhausted && steps.IsExhausted && comparisons.IsExhausted);
        Assert.False(paths.TryCompare(0));
    }
}
