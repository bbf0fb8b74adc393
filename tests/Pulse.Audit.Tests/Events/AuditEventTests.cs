namespace Pulse.Audit.Tests.Events;

public sealed class AuditEventTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("auth.token_refused-2")]
    public void A_type_of_the_grammar_is_taken(string type) =>
        Assert.Equal(type, new AuditEvent { Type = type, Class = AuditClass.Access }.Type);

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("with space")]
    [InlineData("quote\"")]
    public void A_type_outside_the_grammar_is_refused(string type) =>
        Assert.Throws<ArgumentException>(() => new AuditEvent { Type = type, Class = AuditClass.Access });

    [Fact]
    public void A_type_ends_at_100_and_a_field_name_at_64_characters()
    {
        Assert.Equal(100, new AuditEvent { Type = new string('a', 100), Class = AuditClass.Access }.Type.Length);
        Assert.Throws<ArgumentException>(() => new AuditEvent { Type = new string('a', 101), Class = AuditClass.Access });
        Assert.Equal(64, AuditField.Public(new string('A', 64), 1).Name.Length);
        Assert.Throws<ArgumentException>(() => AuditField.Public(new string('A', 65), 1));
    }

    [Fact]
    public void Null_is_misuse()
    {
        Assert.Throws<ArgumentNullException>(() => new AuditEvent { Type = null!, Class = AuditClass.Access });
        Assert.Throws<ArgumentNullException>(() => AuditField.Public(null!, 1));
        Assert.Throws<ArgumentNullException>(() => new AuditEvent { Type = "x", Class = AuditClass.Access, Fields = null! });
    }

    [Fact]
    public void A_class_or_outcome_that_does_not_exist_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuditEvent { Type = "x", Class = (AuditClass)3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuditEvent { Type = "x", Class = AuditClass.Access, Outcome = (AuditOutcome)5 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("quote\"")]
    public void A_field_name_outside_the_grammar_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => AuditField.Public(name, "value"));
        Assert.Throws<ArgumentException>(() => AuditField.Personal(name, true));
    }

    [Fact]
    public void Fields_are_unique_real_and_at_most_64()
    {
        Assert.Throws<ArgumentException>(() => With(AuditField.Public("a", 1), AuditField.Personal("a", 2)));
        Assert.Throws<ArgumentException>(() => With(default(AuditField)));
        Assert.Throws<ArgumentException>(() => With([.. Enumerable.Range(0, 65).Select(number => AuditField.Public($"f{number}", number))]));
        Assert.Equal(64, With([.. Enumerable.Range(0, 64).Select(number => AuditField.Public($"f{number}", number))]).Fields.Count);
    }

    [Fact]
    public void Fields_are_copied_when_they_are_set()
    {
        var fields = new List<AuditField> { AuditField.Public("a", 1) };
        var auditEvent = new AuditEvent { Type = "x", Class = AuditClass.Access, Fields = fields };

        fields.Clear();

        Assert.Single(auditEvent.Fields);
    }

    [Fact]
    public void A_field_is_classified_and_keeps_its_value_to_itself()
    {
        Assert.False(AuditField.Public("a", "s3cret").IsPersonal);
        Assert.False(AuditField.Public("a", 1).IsPersonal);
        Assert.False(AuditField.Public("a", true).IsPersonal);
        Assert.True(AuditField.Personal("a", "s3cret").IsPersonal);
        Assert.True(AuditField.Personal("a", 1).IsPersonal);
        Assert.True(AuditField.Personal("a", true).IsPersonal);
        Assert.DoesNotContain("s3cret", AuditField.Personal("a", "s3cret").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tenant_sees_its_events_unless_told_otherwise() =>
        Assert.True(new AuditEvent { Type = "x", Class = AuditClass.Access }.VisibleToTenant);

    private static AuditEvent With(params AuditField[] fields) => new() { Type = "x", Class = AuditClass.Access, Fields = fields };
}
