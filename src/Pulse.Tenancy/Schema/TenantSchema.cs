namespace Pulse.Tenancy;

/// <summary>The SQL that makes a database keep tenants apart. Pure text: print it, read it, run it as often as you like.</summary>
/// <remarks>The role names are the defaults of <see cref="PulseTenancyOptions"/>.</remarks>
public static class TenantSchema
{
    /// <summary>
    /// The parameters of this statement bring a sealing key into a sealed database: <c>$1</c> key id, 1 to 32 characters of
    /// <c>[A-Za-z0-9_-]</c>; <c>$2</c> the secret, bytea of 32 bytes or more; <c>$3</c> until when contexts sealed with it
    /// are believed. Run as <c>pulse_owner</c>; the same id with another secret is refused (23505).
    /// </summary>
    /// <remarks>The secret is a parameter for a reason: in a text it would reach logs, shells' histories and migrations.</remarks>
    public const string AddSealKey = "SELECT pulse.seal_key_add($1, $2, $3)";

    /// <summary>Ends a sealing key at once: <c>$1</c> is its key id. Run as <c>pulse_owner</c>.</summary>
    public const string RetireSealKey = "SELECT pulse.seal_key_retire($1)";

    /// <summary>
    /// Roles, logins (without passwords), latch, grants, schema <c>pulse</c> with <c>pulse.tenant_id()</c>, the list of system
    /// tables and the operators' grant table. Run as superuser, connected to the database it names. A sealed database stays
    /// sealed.
    /// </summary>
    /// <param name="database">The database's name; the script refuses to run in another one.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent, and safe where the roles exist from another database.</returns>
    /// <exception cref="ArgumentException">The name is empty, longer than 63 bytes or holds a NUL.</exception>
    public static string Bootstrap(string database) => BootstrapSql.Write(database);

    /// <summary>
    /// Row-Level Security for one table: enabled and forced, the tenant's policy, the restrictive guard, the default of
    /// <c>tenant_id</c>, an index led by it where none is, and grants by name. Run as <c>pulse_owner</c>, after the table was
    /// created; a table that cannot be protected is refused with the reason.
    /// </summary>
    /// <param name="schema">Schema of the table.</param>
    /// <param name="table">The table; it must have a column <c>tenant_id text</c>, which becomes NOT NULL.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL.</exception>
    public static string Protect(string schema, string table) => ProtectSql.Table(schema, table);

    /// <summary>
    /// Gives every partition of a protected table the table's own policies and takes all grants from it: partitions inherit
    /// neither. Run as <c>pulse_owner</c> after <see cref="Protect"/>, and again whenever partitions were added.
    /// </summary>
    /// <param name="schema">Schema of the partitioned table.</param>
    /// <param name="table">The partitioned table.</param>
    /// <returns>SQL; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL.</exception>
    public static string ProtectPartitions(string schema, string table) => ProtectSql.Partitions(schema, table);

    /// <summary>
    /// Takes back what <see cref="Protect"/> and <see cref="ProtectPartitions"/> did, the grants first, so that nobody but the
    /// owner reads the table afterwards. The index and NOT NULL stay. Run as <c>pulse_owner</c>.
    /// </summary>
    /// <param name="schema">Schema of the table.</param>
    /// <param name="table">The table.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL.</exception>
    public static string Unprotect(string schema, string table) => ProtectSql.Undo(schema, table);

    /// <summary>
    /// Enters a table into the list of system tables: the platform's own, of no tenant or of all of them. The doctor then asks
    /// only that tenants' statements reach it through a policy or not at all. PUBLIC loses its rights. Run as <c>pulse_owner</c>.
    /// </summary>
    /// <param name="schema">Schema of the table.</param>
    /// <param name="table">The table; its partitions need no entry of their own.</param>
    /// <param name="reason">Why it is no tenant's table, for whoever reads the list; 1 to 500 characters.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL, or there is no reason.</exception>
    public static string SystemTable(string schema, string table, string reason) => ProtectSql.System(schema, table, reason);

    /// <summary>
    /// Makes a unique or primary key begin with <c>tenant_id</c>: one without it tells a tenant by error 23505 that another
    /// tenant has the value. Foreign keys that refer to it must be changed first, with <see cref="CompositeForeignKey"/>.
    /// </summary>
    /// <param name="schema">Schema of the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="constraint">Name of the constraint; one that exists under this name is replaced.</param>
    /// <param name="columns">Its columns other than <c>tenant_id</c>; at least one.</param>
    /// <param name="primary">Whether it is the primary key. Default false.</param>
    /// <returns>SQL; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL, or there are no columns.</exception>
    public static string CompositeKey(string schema, string table, string constraint, IReadOnlyList<string> columns, bool primary = false)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return KeySql.UniqueOnce(schema, table, constraint, columns, primary);
    }

    /// <summary>
    /// Makes a foreign key begin with <c>tenant_id</c> on both sides, and adds the key it refers to where that is missing. One
    /// without it accepts rows of other tenants, tells which exist, and deletes across tenants when it cascades: foreign keys
    /// are checked past every policy.
    /// </summary>
    /// <param name="key">The foreign key.</param>
    /// <returns>SQL statements, separated by semicolons; idempotent.</returns>
    /// <exception cref="ArgumentException">A name is empty, longer than 63 bytes or holds a NUL, or there are no columns.</exception>
    public static string CompositeForeignKey(TenantForeignKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return KeySql.ForeignOnce(key);
    }

    /// <summary>
    /// Sealed mode: <c>pulse.tenant_id()</c> then believes only the setting <c>pulse.ctx</c> =
    /// <c>{kid}.{tenant}.{seconds since 1970 of its expiry}.{lower-case hex of HMAC-SHA-256 over the three with their dots}</c>,
    /// so code that runs statements of its own can set what it likes and enters no tenant it holds no context for. Needs no
    /// extension and no superuser. Run as <c>pulse_owner</c>; then <see cref="AddSealKey"/>. A context that is missing
    /// raises PT401; one that is forged, expired or of an unknown key PT402.
    /// </summary>
    /// <returns>SQL statements, separated by semicolons, without any secret; idempotent, and keeps the keys it finds.</returns>
    public static string Seal() => SealSql.Write;

    /// <summary>Plain mode again; the sealing keys are deleted. Run as <c>pulse_owner</c>.</summary>
    /// <returns>SQL statements, separated by semicolons; idempotent.</returns>
    public static string Unseal() => SealSql.Undo;
}
