namespace Pulse.Tenancy;

/// <summary>The question about everything that is neither table, view nor function; one JSON text. <c>$1</c> is the tenants' role.</summary>
internal static class PlaceSql
{
    public const string All = $"""
        {CatalogSql.Subjects}
        SELECT json_build_object(
          'creatable_schemas', ARRAY(SELECT nspname FROM place WHERE EXISTS (
            SELECT FROM subject s WHERE has_schema_privilege(s.oid, place.oid, 'CREATE')) ORDER BY 1),
          'usable_languages', ARRAY(SELECT lanname FROM pg_language l WHERE lanispl AND lanpltrusted AND EXISTS (
            SELECT FROM subject s WHERE has_language_privilege(s.oid, l.oid, 'USAGE')) ORDER BY 1),
          'untrusted_languages', ARRAY(SELECT lanname FROM pg_language WHERE lanispl AND NOT lanpltrusted ORDER BY 1),
          'outward_extensions', ARRAY(SELECT extname FROM pg_extension WHERE extname IN ('dblink', 'file_fdw', 'postgres_fdw', 'adminpack') ORDER BY 1),
          'usable_servers', ARRAY(SELECT srvname FROM pg_foreign_server f WHERE EXISTS (
            SELECT FROM subject s WHERE has_server_privilege(s.oid, f.oid, 'USAGE')) ORDER BY 1),
          -- The planner may ask for the privilege before the kind; on anything but a sequence that is an error.
          'readable_sequences', (SELECT coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname) ORDER BY 1), '[]'::json)
            FROM pg_class c JOIN place n ON n.oid = c.relnamespace
            WHERE CASE WHEN c.relkind = 'S' THEN EXISTS (SELECT FROM subject s WHERE has_sequence_privilege(s.oid, c.oid, 'SELECT')) END),
          'default_privileges', (SELECT coalesce(json_agg(DISTINCT jsonb_build_object('owner', pg_get_userbyid(d.defaclrole),
              'schema', n.nspname, 'kind', d.defaclobjtype, 'grantee', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END)), '[]'::json)
            FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN aclexplode(d.defaclacl) x
            WHERE x.grantee IN (SELECT oid FROM subject) AND (d.defaclobjtype IN ('r', 'S') OR (d.defaclobjtype = 'f' AND x.grantee <> 0))),
          'publications', (SELECT coalesce(json_agg(json_build_object('name', p.pubname, 'all_tables', p.puballtables, 'tables', (
              SELECT coalesce(json_agg(json_build_object('schema', n.nspname, 'name', c.relname) ORDER BY n.nspname, c.relname), '[]'::json)
              FROM pg_class c JOIN place n ON n.oid = c.relnamespace
              WHERE EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = c.oid AND r.prqual IS NULL)
                OR (c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_publication_namespace s WHERE s.pnpubid = p.oid AND s.pnnspid = n.oid))))
            ORDER BY p.pubname), '[]'::json) FROM pg_publication p))::text
        """;
}
