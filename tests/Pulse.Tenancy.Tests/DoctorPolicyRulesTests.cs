using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

public sealed class DoctorPolicyRulesTests
{
    private const string Place = "policy extra on public.sites";
    private static readonly PolicyFacts Extra = Own with { Name = "extra" };
    private static readonly string Rewritten = "DROP POLICY \"extra\" ON \"public\".\"sites\";\n" + ProtectSql.OwnPolicy("\"public\".\"sites\"");

    public static TheoryData<string> NoGuards => new() { "permissive", "roles", "command", "condition" };

    [Theory]
    [MemberData(nameof(NoGuards))]
    public void T04_No_guard_worth_the_name(string lacks)
    {
        var guard = lacks switch
        {
            "permissive" => Guard with { Permissive = true },
            "roles" => Guard with { ToPublic = false },
            "command" => Guard with { ForAll = false },
            _ => Guard with { Using = "(name <> 'x'::text)", Check = null },
        };

        Finds(Sound with { Policies = [Own, guard] }, "T04", DoctorSeverity.Warning, "table public.sites", "No restrictive policy TO PUBLIC asks for the tenant.", ProtectSql.GuardPolicy("\"public\".\"sites\""));
    }

    [Theory]
    [InlineData("true", "Its condition is true for every row.")]
    [InlineData("(name = 'tenant_id'::text)", "Its condition does not ask for tenant_id.")]
    public void T11_Conditions_that_open_the_table(string condition, string message)
    {
        Finds(With(Extra with { Using = condition, Check = null }), "T11", DoctorSeverity.Error, Place, message, "DROP POLICY \"extra\" ON \"public\".\"sites\";");
        Finds(With(Extra with { Check = condition }), "T11", DoctorSeverity.Error, Place, message, "DROP POLICY \"extra\" ON \"public\".\"sites\";");
        Assert.Empty(Judge(With(Extra with { Using = condition, Permissive = false })));
        Assert.Empty(Judge(With(Extra with { Using = condition, AppliesToApp = false })));
    }

    [Theory]
    [InlineData("T06", "((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) OR (tenant_id IS NULL))", "It shows rows without a tenant to every tenant.")]
    [InlineData("T10", "(tenant_id = pulse.tenant_id())", "It calls its function outside a SELECT of its own.")]
    [InlineData("T10", "(tenant_id = current_setting('app.tenant_id'::text, true))", "It calls its function outside a SELECT of its own.")]
    [InlineData("T33", "((tenant_id)::uuid = ( SELECT (pulse.tenant_id())::uuid AS tenant_id))", "It converts tenant_id before comparing it.")]
    [InlineData("T34", "(tenant_id = ( SELECT current_setting('ROLE'::text) AS current_setting))", "It asks for the setting \"role\".")]
    [InlineData("T35", "(tenant_id = CURRENT_USER)", "It asks who the user of the connection is.")]
    [InlineData("T35", "(tenant_id = SESSION_USER)", "It asks who the user of the connection is.")]
    [InlineData("T35", "(tenant_id = CURRENT_ROLE)", "It asks who the user of the connection is.")]
    [InlineData("T35", "(tenant_id = USER)", "It asks who the user of the connection is.")]
    [InlineData("T10", "((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) OR (name = current_setting('app.name'::text)))", "It calls its function outside a SELECT of its own.")]
    [InlineData("T10", "((name <> ''::text) AND (tenant_id = pulse.tenant_id()))", "It calls its function outside a SELECT of its own.")]
    [InlineData("T10", "((name <> 'it''s'::text) AND (tenant_id = pulse.tenant_id()))", "It calls its function outside a SELECT of its own.")]
    [InlineData("T34", "((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (( SELECT current_setting('role'::text, true) AS current_setting) <> 'x'::text))", "It asks for the setting \"role\".")]
    [InlineData("T35", "(tenant_id = getpgusername())", "It asks who the user of the connection is.")]
    public void A_condition_of_its_own_making(string rule, string condition, string message)
    {
        var severity = rule is "T06" or "T35" ? DoctorSeverity.Error : DoctorSeverity.Warning;

        Finds(With(Extra with { Using = condition, Check = null }), rule, severity, Place, message, Rewritten);
        Finds(
            With(Extra with { Using = condition, Check = null, Permissive = false }), rule, severity, Place, message,
            "DROP POLICY \"extra\" ON \"public\".\"sites\";\n" + ProtectSql.GuardPolicy("\"public\".\"sites\""));
        Assert.Empty(Judge(With(Extra with { Using = condition, AppliesToApp = false })));
    }

    [Theory]
    [InlineData("(tenant_id IN ( SELECT m.tenant_id FROM members m))")]
    [InlineData("(EXISTS ( SELECT 1 FROM members m WHERE (m.tenant_id = sites.tenant_id)))")]
    [InlineData("(tenant_id = ( SELECT max(( SELECT pulse.tenant_id() AS tenant_id)) AS max FROM members))")]
    [InlineData("(tenant_id IN ( SELECT x.tenant_id FROM ( SELECT (pulse.tenant_id() IS DISTINCT FROM 'a'::text) AS tenant_id) x))")]
    public void T39_A_condition_that_asks_another_table(string condition) => Finds(
        With(Extra with { Using = condition, Check = null }), "T39", DoctorSeverity.Warning, Place, "It reads another table.", null);

    [Fact]
    public void A_condition_counts_wherever_the_policy_has_it()
    {
        Assert.Equal("T11", Assert.Single(Judge(With(Extra with { Check = "true" }))).Rule.Id);
        Assert.Equal("T10", Assert.Single(Judge(With(Extra with { Check = "(tenant_id = pulse.tenant_id())" }))).Rule.Id);
        Assert.Equal("T39", Assert.Single(Judge(With(Extra with { Check = "(tenant_id IN ( SELECT m.tenant_id FROM members m))" }))).Rule.Id);
        var setting = With(Extra with { Check = "(tenant_id = ( SELECT current_setting('app.tenant_id'::text) AS current_setting))" });
        Assert.Equal("T38", Assert.Single(Judge(setting with { Server = Sound.Server with { Sealed = true } })).Rule.Id);
    }

    [Theory]
    [InlineData("(tenant_id IS DISTINCT FROM ( SELECT pulse.tenant_id() AS tenant_id))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (name <> 'CURRENT_USER tenant_id IS NULL FROM'::text))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (\"CURRENT_USER\" <> 'it''s'::text))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (name IS NULL))")]
    [InlineData("((tenant_id = ( SELECT (pulse.tenant_id()) AS tenant_id)) AND ((name)::text <> ''::text))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (EXTRACT(epoch FROM at) > (0)::numeric))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (at > ( SELECT EXTRACT(epoch FROM now()) AS extract)))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND ( SELECT (current_setting('x'::text) IS DISTINCT FROM 'y'::text)))")]
    [InlineData("((tenant_id = ( SELECT pulse.tenant_id() AS tenant_id)) AND (tenant_id <> 'current_setting'::text))")]
    [InlineData("((tenant_id = ( SELECT upper(lower(pulse.tenant_id())) AS upper)))")]
    public void Conditions_that_only_look_bad(string condition) => Assert.Empty(Judge(With(Extra with { Using = condition, Check = null })));

    [Fact]
    public void T38_A_sealed_database_believes_no_plain_setting()
    {
        var believing = With(Extra with { Using = "(tenant_id = ( SELECT current_setting('app.tenant_id'::text) AS current_setting))", Check = null });
        Assert.Empty(Judge(believing));

        Finds(
            believing with { Server = Sound.Server with { Sealed = true } }, "T38", DoctorSeverity.Error, Place,
            "It reads app.tenant_id, which no seal guards: ask pulse.tenant_id().", Rewritten);
    }

    [Fact]
    public void A_system_tables_policy_is_its_own_matter_but_for_letting_all_through_and_going_past_the_seal()
    {
        var system = new TableFacts { Schema = "audit", Name = "event", Owner = "pulse_owner", RowSecurity = true, Rights = ["SELECT"] };
        var catalog = With(Sites, system) with { SystemTables = [new("audit", "event")] };
        var opens = Own with { Schema = "audit", Table = "event", Name = "opens", Using = "(visible AND (tenant_id = 'x'::text))", Check = "true" };
        Assert.Equal("T11", Assert.Single(Judge(catalog with { Policies = [Own, Guard, opens] })).Rule.Id);
        var reads = Own with { Schema = "audit", Table = "event", Name = "reads", Check = null, Using = "(visible AND (tenant_id = current_setting('app.tenant_id'::text)))" };

        Assert.Empty(Judge(catalog with { Policies = [Own, Guard, reads] }));
        Assert.Empty(Judge(catalog with { Policies = [Own, Guard, reads with { Using = "true", Permissive = false }] }));
        Finds(
            catalog with { Policies = [Own, Guard, reads with { Using = "true" }] }, "T11", DoctorSeverity.Error, "policy reads on audit.event",
            "It lets tenants' statements see every row of a system table.", "DROP POLICY \"reads\" ON \"audit\".\"event\";");
        Finds(
            catalog with { Policies = [Own, Guard, reads], Server = Sound.Server with { Sealed = true } }, "T38", DoctorSeverity.Error, "policy reads on audit.event",
            "It reads app.tenant_id, which no seal guards: ask pulse.tenant_id().", null);
    }

    [Fact]
    public void A_policy_of_an_unknown_table_is_passed_over() => Assert.Empty(Judge(With(Extra with { Table = "elsewhere", Using = "true" })));

    [Fact]
    public void A_table_without_tenants_may_have_conditions_of_its_own() => Assert.Empty(Judge(
        With(Sites, new TableFacts { Schema = "public", Name = "news", Owner = "pulse_owner", RowSecurity = true, Rights = ["SELECT"] }) with { Policies = [Own, Guard, Own with { Table = "news", Using = "(length(pulse.tenant_id()) > 0)", Check = null }] }));

    [Theory]
    [InlineData("(public.mine(tenant_id) AND (tenant_id = $0))", true)]
    [InlineData("(tenant_id = current_setting('app.tenant_id'::text))", true)]
    [InlineData("((tenant_id = $0) OR (SubPlan 2))", true)]
    [InlineData("(tenant_id = $0)", false)]
    [InlineData("(tenant_id = (InitPlan 1).col1)", false)]
    [InlineData("((tenant_id = ANY ('{a,b}'::text[])) AND (NOT (a)))", false)]
    [InlineData("((tenant_id = $0) AND (ROW(a, b) = ROW(1, 2)) AND (COALESCE(a, 0) > 0))", false)]
    [InlineData("((tenant_id = $0) AND ((name)::character varying(20) <> a))", false)]
    [InlineData("((tenant_id = $0) AND ((name)::text = lower(a)))", true)]
    [InlineData("((tenant_id = $0) AND public.\\\"Mine\\\"(name))", true)]
    [InlineData("((tenant_id = $0) AND is_2(name))", true)]
    [InlineData("((tenant_id = $0) AND is_(name))", true)]
    public void T10b_The_planner_has_the_last_word(string filter, bool found)
    {
        var catalog = Sound with
        {
            Plans = [new("public", "sites", $$$"""[{"Plan": {"Node Type": "Seq Scan", "Plans": [{"Node Type": "Result"}, {"Filter": "{{{filter}}}", "Rows": 1}]}}]""")],
        };

        if (found)
        {
            Finds(catalog, "T10b", DoctorSeverity.Warning, "table public.sites", $"The planner filters each row by {filter.Replace("\\", string.Empty, StringComparison.Ordinal)}.", null);
        }
        else
        {
            Assert.Empty(Judge(catalog));
        }

        Assert.Empty(Judge(catalog with { Plans = [catalog.Plans[0] with { Schema = "other" }] }));
        Assert.Empty(Judge(catalog with { Plans = [catalog.Plans[0] with { Table = "other" }] }));
    }

    [Theory]
    [InlineData("(tenant_id = pulse.tenant_id())", "T10")]
    [InlineData("(tenant_id IN ( SELECT m.tenant_id FROM members m))", "T39")]
    public void T10b_The_planner_need_not_repeat_what_the_policy_says(string condition, string rule)
    {
        var catalog = With(Extra with { Using = condition, Check = null }) with { Plans = [new("public", "sites", """[{"Filter": "(SubPlan 1)"}]""")] };

        Assert.Equal(rule, Assert.Single(Judge(catalog)).Rule.Id);
    }
}
