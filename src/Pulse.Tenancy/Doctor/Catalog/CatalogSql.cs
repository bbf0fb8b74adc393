namespace Pulse.Tenancy;

/// <summary>Questions to the catalog, each answered by one JSON text. <c>$1</c> is the tenants' role.</summary>
internal static class CatalogSql
{
    // PUBLIC (0), the tenants' role and the logins that may take it. A superuser may everything; the rules about roles say so once.
    public const string Subjects = """
        WITH RECURSIVE app AS (SELECT oid FROM pg_roles WHERE rolname = $1),
        member AS (
          SELECT m.member AS oid FROM pg_auth_members m JOIN app ON m.roleid = app.oid
          UNION SELECT m.member FROM pg_auth_members m JOIN member x ON m.roleid = x.oid
        ),
        anyone AS (SELECT r.* FROM pg_roles r WHERE r.oid IN (SELECT oid FROM app) OR (r.rolcanlogin AND r.oid IN (SELECT oid FROM member))),
        subject AS (SELECT 0::oid AS oid UNION SELECT oid FROM anyone WHERE NOT rolsuper),
        place AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
        """;

    private const string Array = "SELECT coalesce(json_agg(row_to_json(found)), '[]')::text FROM (";

    public const string Server = $"""
        {Subjects}
        SELECT json_build_object(
          'version_number', current_setting('server_version_num')::int, 'version', current_setting('server_version'),
          'database', current_database(), 'login', session_user, 'role', current_user,
          'bootstrapped', EXISTS (SELECT FROM pg_proc p JOIN place n ON n.oid = p.pronamespace WHERE nspname = 'pulse' AND proname = 'tenant_id'),
          'sealed', EXISTS (SELECT FROM pg_proc p JOIN place n ON n.oid = p.pronamespace
            WHERE nspname = 'pulse' AND proname = 'tenant_id' AND prosecdef AND prosrc LIKE '%pulse.seal_key%'),
          'large_objects_open', current_setting('lo_compat_privileges')::boolean,
          'large_objects_creatable', EXISTS (SELECT FROM subject s,
            unnest(ARRAY['lo_creat(integer)', 'lo_create(oid)', 'lo_from_bytea(oid,bytea)']) AS f WHERE has_function_privilege(s.oid, f::regprocedure, 'EXECUTE')),
          'temporary', EXISTS (SELECT FROM subject s WHERE has_database_privilege(s.oid, (SELECT oid FROM pg_database WHERE datname = current_database()), 'TEMPORARY')),
          'set_config', EXISTS (SELECT FROM subject s WHERE (s.oid = 0 OR s.oid IN (SELECT oid FROM app))
            AND has_function_privilege(s.oid, 'pg_catalog.set_config(text,text,boolean)'::regprocedure, 'EXECUTE')))::text
        """;

    public const string Roles = $"""
        {Subjects},
        reached AS (
          SELECT a.oid AS start, m.roleid AS through, m.roleid FROM anyone a JOIN pg_auth_members m ON m.member = a.oid
          WHERE m.roleid NOT IN (SELECT oid FROM app)
          UNION SELECT r.start, r.through, m.roleid FROM reached r JOIN pg_auth_members m ON m.member = r.roleid
          WHERE m.roleid NOT IN (SELECT oid FROM app)
        )
        {Array}
          SELECT a.rolname AS name, a.oid IN (SELECT oid FROM app) AS is_app_role, a.rolcanlogin AS can_login, a.rolsuper AS superuser,
            a.rolbypassrls AS bypasses, a.rolinherit AS inherits, a.rolcreaterole OR a.rolcreatedb OR a.rolreplication AS other_attributes,
            (SELECT count(*) FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = a.oid AND d.deptype = 'o'
              AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))) AS owned,
            (SELECT coalesce(json_agg(row_to_json(x)), '[]') FROM (
              SELECT DISTINCT ON (r.rolname) r.rolname AS name, t.rolname AS through, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
                EXISTS (SELECT FROM pg_class c JOIN place n ON n.oid = c.relnamespace WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p')) AS owns_tables,
                r.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program') AS server_access
              FROM reached JOIN pg_roles r ON r.oid = reached.roleid JOIN pg_roles t ON t.oid = reached.through
              WHERE reached.start = a.oid ORDER BY r.rolname, t.rolname) x) AS reaches
          FROM anyone a ORDER BY is_app_role DESC, a.rolname) found
        """;

    public const string Tables = $"""
        {Subjects}
        {Array}
          SELECT n.nspname AS schema, c.relname AS name, c.relispartition AS is_partition,
            CASE WHEN c.relispartition THEN (
              SELECT json_build_object('schema', rn.nspname, 'name', rc.relname)
              FROM pg_class rc JOIN pg_namespace rn ON rn.oid = rc.relnamespace WHERE rc.oid = pg_partition_root(c.oid)) END AS root,
            o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_bypasses, c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced,
            a.attnum IS NOT NULL AS has_tenant, coalesce(a.attnotnull, false) AS tenant_not_null, pg_get_expr(d.adbin, d.adrelid) AS tenant_default,
            EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = a.attnum) AS tenant_index,
            ARRAY(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) WITH ORDINALITY AS r (p, nr)
              WHERE EXISTS (SELECT FROM subject s WHERE has_table_privilege(s.oid, c.oid, p)
                OR CASE WHEN p IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(s.oid, c.oid, p) END)
              ORDER BY nr) AS rights
          FROM pg_class c JOIN place n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
          WHERE c.relkind IN ('r', 'p') ORDER BY 1, 2) found
        """;

    public const string Policies = $"""
        {Subjects}
        {Array}
          SELECT n.nspname AS schema, c.relname AS table, p.polname AS name, p.polpermissive AS permissive, p.polcmd = '*' AS for_all,
            0 = ANY (p.polroles) AS to_public,
            0 = ANY (p.polroles) OR EXISTS (SELECT FROM subject s, unnest(p.polroles) AS r WHERE CASE WHEN s.oid <> 0 AND r <> 0 THEN pg_has_role(s.oid, r, 'USAGE') END)
              AS applies_to_app,
            pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
          FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN place n ON n.oid = c.relnamespace ORDER BY 1, 2, 3) found
        """;

    public const string Keys = $"""
        {Subjects}
        {Array}
          SELECT n.nspname AS schema, c.relname AS table, x.relname AS name, k.contype AS constraint, i.indexprs IS NOT NULL AS has_expressions,
            i.indpred IS NOT NULL AS is_partial, pg_get_indexdef(i.indexrelid) AS definition,
            EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid) AS is_referenced,
            ARRAY(SELECT a.attname FROM unnest(i.indkey) WITH ORDINALITY AS key (attnum, nr)
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = key.attnum WHERE key.nr <= i.indnkeyatts ORDER BY key.nr) AS columns
          FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid JOIN place n ON n.oid = c.relnamespace
          LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
          WHERE i.indisunique AND NOT c.relispartition AND c.relkind IN ('r', 'p') ORDER BY 1, 2, 3) found
        """;

    public const string ForeignKeys = $"""
        {Subjects}
        {Array}
          SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, k.confdeltype AS on_delete,
            json_build_object('schema', rn.nspname, 'name', r.relname) AS referenced,
            ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS key (attnum, nr)
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.attnum ORDER BY key.nr) AS columns,
            ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS key (attnum, nr)
              JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.attnum ORDER BY key.nr) AS referenced_columns
          FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN place n ON n.oid = c.relnamespace
          JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
          WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY 1, 2, 3) found
        """;

    public const string Views = $"""
        {Subjects},
        direct AS (
          SELECT DISTINCT w.ev_class AS view, d.refobjid AS relation FROM pg_rewrite w
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
        ),
        reading AS (
          SELECT view, relation FROM direct UNION SELECT r.view, d.relation FROM reading r JOIN direct d ON d.view = r.relation
        )
        {Array}
          SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_bypasses,
            EXISTS (SELECT FROM pg_options_to_table(c.reloptions) WHERE option_name = 'security_invoker' AND option_value::boolean) AS security_invoker,
            (SELECT coalesce(json_agg(json_build_object('schema', tn.nspname, 'name', t.relname) ORDER BY tn.nspname, t.relname), '[]') FROM reading
              JOIN pg_class t ON t.oid = reading.relation JOIN place tn ON tn.oid = t.relnamespace
              WHERE reading.view = c.oid AND t.relkind IN ('r', 'p')) AS reads
          FROM pg_class c JOIN place n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
          WHERE c.relkind IN ('v', 'm', 'f') AND EXISTS (
            SELECT FROM subject s, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p WHERE has_table_privilege(s.oid, c.oid, p)
              OR CASE WHEN p <> 'DELETE' THEN has_any_column_privilege(s.oid, c.oid, p) END)
          ORDER BY 1, 2) found
        """;

    public const string Functions = $"""
        {Subjects}
        {Array}
          SELECT n.nspname AS schema, p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments, p.prosecdef AS definer,
            o.rolname AS owner, o.rolsuper OR o.rolbypassrls AS owner_bypasses, p.proleakproof AS leakproof,
            EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search\_path=%') AS has_search_path,
            p.prorettype = 'trigger'::regtype AS is_trigger,
            EXISTS (SELECT FROM subject s WHERE has_function_privilege(s.oid, p.oid, 'EXECUTE')) AND EXISTS (
              SELECT FROM subject s WHERE has_schema_privilege(s.oid, n.oid, 'USAGE')) AS executable,
            (SELECT coalesce(json_agg(json_build_object('schema', tn.nspname, 'name', t.relname)), '[]') FROM pg_trigger g
              JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
              WHERE g.tgfoid = p.oid AND NOT g.tgisinternal) AS trigger_on
          FROM pg_proc p JOIN place n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
          WHERE p.prosecdef OR p.proleakproof ORDER BY 1, 2, 3) found
        """;

    public const string SystemTables = $"{Array}SELECT table_schema AS schema, table_name AS name FROM pulse.system_table ORDER BY 1, 2) found";
}
