namespace Pulse.Tenancy.IntegrationTests;

/// <summary>Mistakes people make, each with the finding it must bring: rule, then object. A fix that is null needs a person.</summary>
internal static class DoctorPlantedMistakes
{
    public static readonly IReadOnlyList<(string Rule, string Place, bool HasFix, string Sql)> All =
    [
        ("T01", "table public.orders", true, "CREATE TABLE public.orders (tenant_id text NOT NULL DEFAULT 'x', id int, PRIMARY KEY (tenant_id, id)); GRANT SELECT, INSERT ON public.orders TO pulse_app"),
        ("T01", "table public.units", true, "GRANT INSERT ON public.units TO pulse_app"),
        ("T01", "table public.jobs", true, "GRANT SELECT ON public.jobs TO PUBLIC"),
        ("T01", "table public.countries", false, "CREATE TABLE public.countries (code text); GRANT SELECT (code) ON public.countries TO pulse_app"),
        ("T02", "table public.sites", true, "ALTER TABLE public.sites NO FORCE ROW LEVEL SECURITY"),
        ("T03", "table public.sites", true, "DROP POLICY pulse_tenant ON public.sites"),
        ("T04", "table public.sites", true, "DROP POLICY pulse_guard ON public.sites"),
        ("T05", "table public.readings_1", true, "GRANT SELECT ON public.readings_1 TO pulse_app"),
        ("T05", "table public.readings_2", true, "CREATE TABLE public.readings_2 PARTITION OF public.readings FOR VALUES FROM (100000) TO (200000)"),
        ("T06", "table public.readings", true, "ALTER TABLE public.readings ALTER tenant_id DROP NOT NULL"),
        ("T06", "policy global_rows on public.sites", true, "CREATE POLICY global_rows ON public.sites USING (tenant_id = (SELECT pulse.tenant_id()) OR tenant_id IS NULL)"),
        ("T07", "table public.readings", true, "DROP INDEX public.readings_tenant_id_at_idx"),
        ("T08", "constraint meters_serial_key on public.meters", true, "ALTER TABLE public.meters ADD UNIQUE (serial)"),
        ("T08", "constraint meters_pkey on public.meters", true, "ALTER TABLE public.meters DROP CONSTRAINT meters_pkey, ADD PRIMARY KEY (id); CREATE INDEX ON public.meters (tenant_id)"),
        ("T08", "index lower_serial on public.meters", true, "CREATE UNIQUE INDEX lower_serial ON public.meters (lower(serial)) WHERE serial <> ''"),
        ("T09", "constraint loose on public.meters", true, "ALTER TABLE public.meters ADD CONSTRAINT loose_key UNIQUE (id); ALTER TABLE public.meters ADD CONSTRAINT loose FOREIGN KEY (site_id) REFERENCES public.meters (id) ON DELETE CASCADE"),
        ("T10", "policy pulse_tenant on public.sites", true, "ALTER POLICY pulse_tenant ON public.sites USING (tenant_id = pulse.tenant_id()) WITH CHECK (tenant_id = (SELECT pulse.tenant_id()))"),
        ("T10b", "table public.sites", false, "CREATE FUNCTION public.mine(t text) RETURNS boolean LANGUAGE plpgsql STABLE AS 'BEGIN RETURN t = pulse.tenant_id(); END'; GRANT EXECUTE ON FUNCTION public.mine TO pulse_app; ALTER POLICY pulse_tenant ON public.sites USING (public.mine(tenant_id))"),
        ("T11", "policy oops on public.sites", true, "CREATE POLICY oops ON public.sites USING (true)"),
        ("T11", "policy named on public.sites", true, "CREATE POLICY named ON public.sites FOR SELECT USING (name = 'Berlin')"),
        ("T12", "view public.definer", true, "CREATE VIEW public.definer AS SELECT * FROM public.sites; GRANT SELECT ON public.definer TO pulse_app"),
        ("T13", "materialized view public.kept", true, "CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM public.site_names WITH NO DATA; GRANT SELECT ON public.kept TO pulse_app"),
        ("T14", "foreign table public.far", true, "CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing; CREATE FOREIGN TABLE public.far (id int) SERVER elsewhere; GRANT SELECT ON public.far TO pulse_app"),
        ("T15", "function public.count_all()", true, "CREATE FUNCTION public.count_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT count(*) FROM public.sites'"),
        ("T16", "function public.hidden()", true, "CREATE FUNCTION public.hidden() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; REVOKE ALL ON FUNCTION public.hidden() FROM PUBLIC"),
        ("T17", "function public.twice(n integer)", true, "ALTER FUNCTION public.twice(int) LEAKPROOF"),
        ("T18", "table public.sites", true, "GRANT TRUNCATE ON public.sites TO pulse_app"),
        ("T18", "table public.units", true, "GRANT REFERENCES (name), TRIGGER ON public.units TO pulse_app_login"),
        ("T19", "role pulse_app", true, "CREATE TABLE public.owned (name text); ALTER TABLE public.owned OWNER TO pulse_app; REVOKE ALL ON public.owned FROM pulse_app"),
        ("T19", "login pulse_app_login", true, "GRANT pulse_owner TO pulse_app_login"),
        ("T20", "role pulse_app", true, "ALTER ROLE pulse_app BYPASSRLS"),
        ("T20", "login pulse_app_login", true, "ALTER ROLE pulse_app_login CREATEROLE"),
        ("T20", "role pulse_app", true, "ALTER ROLE pulse_app LOGIN"),
        ("T21", "login pulse_app_login", true, "GRANT pulse_operator TO pulse_app_login"),
        ("T21", "role pulse_app", true, "GRANT pulse_audit_writer TO pulse_app"),
        ("T22", "login pulse_app_login", true, "ALTER ROLE pulse_app_login INHERIT"),
        ("T23", "schema public", true, "GRANT CREATE ON SCHEMA public TO pulse_app"),
        ("T24", "database @", true, "GRANT TEMPORARY ON DATABASE @ TO PUBLIC"),
        ("T25", "function pg_catalog.set_config(text, text, boolean)", true, "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC"),
        ("T26", "language plpgsql", true, "GRANT USAGE ON LANGUAGE plpgsql TO pulse_app"),
        ("T27", "default privileges of pulse_owner in schema public", true, "ALTER DEFAULT PRIVILEGES FOR ROLE pulse_owner IN SCHEMA public GRANT SELECT ON TABLES TO pulse_app"),
        ("T27", "default privileges of pulse_owner", true, "ALTER DEFAULT PRIVILEGES FOR ROLE pulse_owner GRANT SELECT ON SEQUENCES TO PUBLIC"),
        ("T28", "foreign server elsewhere", true, "CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing; GRANT USAGE ON FOREIGN SERVER elsewhere TO pulse_app"),
        ("T28", "login pulse_app_login", true, "GRANT pg_read_server_files TO pulse_app_login"),
        ("T29", "sequence public.numbers", true, "GRANT SELECT ON SEQUENCE public.numbers TO pulse_app"),
        ("T30", "function public.stamp()", true, "CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS 'BEGIN RETURN new; END'; CREATE TRIGGER stamp BEFORE INSERT ON public.sites FOR EACH ROW EXECUTE FUNCTION public.stamp()"),
        ("T31", "publication feed", false, "CREATE PUBLICATION feed FOR TABLE public.sites"),
        ("T31", "publication feed", false, "CREATE PUBLICATION feed FOR ALL TABLES"),
        ("T33", "policy pulse_tenant on public.sites", true, "ALTER POLICY pulse_tenant ON public.sites USING (tenant_id::name = (SELECT pulse.tenant_id())::name)"),
        ("T34", "policy by_role on public.sites", true, "CREATE POLICY by_role ON public.sites USING (tenant_id = (SELECT current_setting('role')))"),
        ("T35", "policy by_user on public.sites", true, "CREATE POLICY by_user ON public.sites USING (tenant_id = current_user)"),
        ("T36", "table public.sites", true, "ALTER TABLE public.sites ALTER tenant_id DROP DEFAULT"),
        ("T39", "policy member on public.sites", false, "CREATE POLICY member ON public.sites USING (tenant_id IN (SELECT m.tenant_id FROM public.meters m))"),
        ("T40", "database @", false, "SET LOCAL lo_compat_privileges = on"),
        ("T40", "database @", true, "GRANT EXECUTE ON FUNCTION pg_catalog.lo_create(oid) TO PUBLIC"),
        ("T41", "table public.gone", true, "INSERT INTO pulse.system_table VALUES ('public', 'gone', 'was here')"),
        ("T38", "policy plain on public.sites", true, TenantSchema.Seal() + "CREATE POLICY plain ON public.sites USING (tenant_id = (SELECT current_setting('app.tenant_id')))"),
    ];

    /// <summary>
    /// Those that one schema can have at once. Left out is what would undo another one (a policy that is dropped, or altered
    /// twice), or makes again what another one made.
    /// </summary>
    public static IEnumerable<(string Rule, string Place, bool HasFix, string Sql)> Together => All.Where(mistake => !Apart.Contains((mistake.Rule, mistake.Place)));

    private static readonly HashSet<(string Rule, string Place)> Apart =
    [
        ("T03", "table public.sites"), ("T04", "table public.sites"), ("T08", "constraint meters_pkey on public.meters"), ("T10", "policy pulse_tenant on public.sites"),
        ("T10b", "table public.sites"), ("T14", "foreign table public.far"), ("T31", "publication feed"), ("T38", "policy plain on public.sites"),
    ];
}
