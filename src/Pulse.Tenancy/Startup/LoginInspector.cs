using Npgsql;

namespace Pulse.Tenancy;

/// <summary>Asks the server about a login, as that login: the catalogs it reads are open to everybody.</summary>
internal sealed class LoginInspector : ILoginInspector
{
    private const string Sql = """
        WITH RECURSIVE login AS (SELECT * FROM pg_catalog.pg_roles WHERE rolname = session_user),
        reached AS (
          SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN login ON m.member = login.oid
          UNION
          SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN reached ON m.member = reached.roleid
        )
        SELECT login.rolname::text, current_user::text, login.rolsuper, login.rolbypassrls, login.rolinherit,
          login.rolcreaterole OR login.rolcreatedb OR login.rolreplication,
          ARRAY(SELECT r.rolname::text FROM reached JOIN pg_catalog.pg_roles r ON r.oid = reached.roleid ORDER BY 1),
          (SELECT count(*) FROM pg_catalog.pg_shdepend d WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass
            AND d.deptype = 'o' AND d.refobjid IN (login.oid, role.oid)),
          coalesce(role.rolsuper, false), coalesce(role.rolbypassrls, false), coalesce(role.rolcanlogin, false),
          CASE WHEN role.oid IS NULL THEN false ELSE pg_catalog.has_function_privilege(
            role.oid, 'pg_catalog.set_config(text,text,boolean)', 'EXECUTE') END
        FROM login LEFT JOIN pg_catalog.pg_roles role ON role.rolname = $1
        """;

    public async Task<LoginFacts> InspectAsync(TenancyLogin login, CancellationToken cancellationToken)
    {
        var command = login.DataSource.CreateCommand(Sql);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = login.Role });
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                return new LoginFacts
                {
                    Login = reader.GetString(0),
                    CurrentUser = reader.GetString(1),
                    IsSuperuser = reader.GetBoolean(2),
                    BypassesRls = reader.GetBoolean(3),
                    Inherits = reader.GetBoolean(4),
                    HasOtherAttributes = reader.GetBoolean(5),
                    Memberships = await reader.GetFieldValueAsync<string[]>(6, cancellationToken).ConfigureAwait(false),
                    Owned = reader.GetInt64(7),
                    RoleIsSuperuser = reader.GetBoolean(8),
                    RoleBypassesRls = reader.GetBoolean(9),
                    RoleCanLogin = reader.GetBoolean(10),
                    RoleMayCallSetConfig = reader.GetBoolean(11),
                };
            }
        }
    }
}
