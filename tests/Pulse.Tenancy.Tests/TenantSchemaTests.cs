namespace Pulse.Tenancy.Tests;

public sealed class TenantSchemaTests
{
    [Fact]
    public void Protect_quotes_names_and_forces_policies_and_guard()
    {
        var sql = TenantSchema.Protect("public", "odd\"name");

        Assert.DoesNotContain("odd\"name", sql.Replace("odd\"\"name", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var expected in (string[])[
            "ALTER TABLE \"public\".\"odd\"\"name\" ENABLE ROW LEVEL SECURITY;",
            "ALTER TABLE \"public\".\"odd\"\"name\" FORCE ROW LEVEL SECURITY;",
            "AS RESTRICTIVE FOR ALL TO PUBLIC",
            "USING (tenant_id = (SELECT pulse.tenant_id())) WITH CHECK (tenant_id = (SELECT pulse.tenant_id()))",
            "ALTER COLUMN tenant_id SET NOT NULL",
            "GRANT SELECT ON TABLE \"public\".\"odd\"\"name\" TO pulse_operator;"])
        {
            Assert.Contains(expected, sql, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bootstrap_writes_the_database_as_a_name_and_as_a_text()
    {
        var sql = TenantSchema.Bootstrap("it's \"mine\\");

        Assert.Contains("ON DATABASE \"it's \"\"mine\\\" TO", sql, StringComparison.Ordinal);
        Assert.Contains("current_database() <> E'it''s \"mine\\\\' THEN", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("@database", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("{", sql.Replace("{0,61}", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("éééééééééééééééééééééééééééééééé")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Refuses_what_PostgreSQL_would_cut_or_misread(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => TenantSchema.Bootstrap(name));
        Assert.ThrowsAny<ArgumentException>(() => TenantSchema.Protect(name, "t"));
        Assert.ThrowsAny<ArgumentException>(() => TenantSchema.Protect("s", name));
    }

    [Fact]
    public void Takes_a_name_of_sixty_three_bytes() =>
        Assert.Contains(new string('a', 63), TenantSchema.Protect("public", new string('a', 63)), StringComparison.Ordinal);
}
