namespace Pulse.Tenancy;

/// <summary>Every rule, in the order of reports.</summary>
internal static class RuleBook
{
    public static readonly DoctorRule NotSeen = Note("T00", "not-seen", "Part of the database was closed to the login that looked; its rules were not asked there.");
    public static readonly DoctorRule NoRowSecurity = Error("T01", "granted-without-row-security", "Tenants' statements may touch this table and no policy says which rows are theirs.");
    public static readonly DoctorRule NotForced = Error("T02", "row-security-not-forced", "Without FORCE the table's owner, and every view and function of that owner, sees all tenants' rows.");
    public static readonly DoctorRule NoPolicy = Warning("T03", "row-security-without-policy", "Row security without a policy hides every row: nobody leaks, nothing works, and the next policy added in haste decides.");
    public static readonly DoctorRule NoGuard = Warning("T04", "no-restrictive-guard", "Permissive policies are joined by OR; only a restrictive policy TO PUBLIC makes one added by mistake harmless.");
    public static readonly DoctorRule OpenPartition = Error("T05", "partition-not-protected", "Partitions inherit neither policies nor grants from their table: reached directly, an open one shows every tenant.");
    public static readonly DoctorRule NullableTenant = Error("T06", "tenant-may-be-null", "A row of no tenant is hidden from everybody, or shown to everybody by a policy that says OR tenant_id IS NULL.");
    public static readonly DoctorRule NoIndex = Warning("T07", "no-index-led-by-tenant", "Each query carries the tenant's condition; without such an index each reads all tenants' rows to answer for one.");
    public static readonly DoctorRule KeyWithoutTenant = Warning("T08", "unique-without-tenant", "Error 23505 tells a tenant that somebody else has the value. A key of random uuids tells nothing worth knowing: accept it.");
    public static readonly DoctorRule ForeignKeyWithoutTenant = Error("T09", "foreign-key-without-tenant", "Foreign keys are checked past every policy: rows of other tenants can be referred to, found out, and deleted by CASCADE.");
    public static readonly DoctorRule PerRowPolicy = Warning("T10", "policy-per-row", "Written without its own SELECT the function may run for every row; (SELECT pulse.tenant_id()) runs once a statement.");
    public static readonly DoctorRule PerRowPlan = Warning("T10b", "plan-per-row", "The planner's own answer: the policy calls a function, or runs a subquery, for every row.");
    public static readonly DoctorRule AllRowsPolicy = Error("T11", "policy-lets-all-through", "A permissive policy that does not ask for the tenant opens the table to every tenant, but for a guard.");
    public static readonly DoctorRule DefinerView = Error("T12", "view-with-owners-rights", "A view reads with its owner's rights unless it says security_invoker: then the owner's policies count, or none.");
    public static readonly DoctorRule MaterializedView = Error("T13", "materialized-view", "A materialized view keeps rows of all tenants and can have no policy.");
    public static readonly DoctorRule ForeignTable = Error("T14", "foreign-table", "A foreign table can have no policy: every tenant sees what the other server shows.");
    public static readonly DoctorRule DefinerFunction = Warning("T15", "function-with-owners-rights", "A SECURITY DEFINER function reads with its owner's rights; tenants' statements may call this one.");
    public static readonly DoctorRule NoSearchPath = Warning("T16", "definer-without-search-path", "Without a search_path of its own a SECURITY DEFINER function runs whatever its caller put in front.");
    public static readonly DoctorRule Leakproof = Error("T17", "leakproof-function", "The planner may run a LEAKPROOF function on rows the policy would hide; the promise is only the author's.");
    public static readonly DoctorRule UncheckedRights = Error("T18", "truncate-references-trigger", "TRUNCATE asks no policy, REFERENCES tells which rows exist, TRIGGER runs code in other tenants' statements.");
    public static readonly DoctorRule Owns = Error("T19", "tenants-role-owns", "An owner can switch row security off, drop policies and grant itself anything.");
    public static readonly DoctorRule RoleAttributes = Error("T20", "tenants-role-attributes", "The role of tenants' statements must exist and have no rights of its own kind.");
    public static readonly DoctorRule ReachesBypass = Error("T21", "login-reaches-more", "Membership is enough: one SET ROLE, and no policy binds the session.");
    public static readonly DoctorRule Inherits = Error("T22", "login-inherits", "With INHERIT the login has its role's rights before any tenant was entered.");
    public static readonly DoctorRule CreateOnSchema = Error("T23", "may-create-in-schema", "Whoever may create in a schema can put functions and tables of their own in other statements' way.");
    public static readonly DoctorRule Temporary = Error("T24", "may-create-temporary", "A temporary table shadows the real one for the pool's next user, and keeps rows.");
    public static readonly DoctorRule SetConfig = Error("T25", "latch-open", "With set_config an expression inside any statement moves the transaction to another tenant.");
    public static readonly DoctorRule TrustedLanguage = Error("T26", "anonymous-blocks", "A DO block can run SET, which moves the transaction to another tenant.");
    public static readonly DoctorRule DefaultPrivileges = Error("T27", "default-privileges", "Every object made from now on is open to tenants before anybody protected it.");
    public static readonly DoctorRule OutOfDatabase = Warning("T28", "ways-out-of-the-database", "Foreign servers, untrusted languages and file access go round the policies, and round the database.");
    public static readonly DoctorRule SequenceSelect = Warning("T29", "sequence-readable", "A sequence counts for all tenants: who reads it sees how busy the others are. USAGE is enough for nextval.");
    public static readonly DoctorRule DefinerTrigger = Warning("T30", "trigger-with-owners-rights", "A SECURITY DEFINER trigger writes with its owner's rights on behalf of any tenant.");
    public static readonly DoctorRule Publication = Warning("T31", "publication-without-filter", "Logical replication asks no policy: the subscriber gets every tenant's rows.");
    public static readonly DoctorRule OldServer = Error("T32", "server-too-old", "Older minor releases have published holes in row security.");
    public static readonly DoctorRule CastTenant = Warning("T33", "policy-casts-tenant", "A cast on tenant_id keeps every index on it from being used.");
    public static readonly DoctorRule RoleSetting = Warning("T34", "policy-reads-role-setting", "current_setting('role') is 'none' in parallel workers of servers before 15.9, and a role is no tenant.");
    public static readonly DoctorRule UserAsTenant = Error("T35", "policy-reads-user", "Behind a pool all tenants are one user: a policy on current_user or session_user tells none apart.");
    public static readonly DoctorRule NoDefault = Warning("T36", "no-tenant-default", "Each INSERT must name its tenant; one that forgets fails, and one that copies it from input can be wrong.");
    public static readonly DoctorRule NotBootstrapped = Error("T37", "not-bootstrapped", "Without pulse.tenant_id() no policy of this library can work.");
    public static readonly DoctorRule UnsealedSetting = Error("T38", "policy-past-the-seal", "The database is sealed, and this policy believes a setting that anybody may set.");
    public static readonly DoctorRule ForeignRead = Warning("T39", "policy-reads-tables", "A policy that asks another table can be raced: what it read may change before the row is returned.");
    public static readonly DoctorRule LargeObjects = Warning("T40", "large-objects-open", "Large objects know no rows: all tenants are one role, and each reads and changes what another put there.");
    public static readonly DoctorRule StaleSystemTable = Note("T41", "system-table-gone", "The list of system tables names one that does not exist: a new table of that name would be excused unseen.");
    public static readonly DoctorRule UnknownBaseline = Warning("B01", "baseline-unknown-rule", "The baseline accepts findings of a rule that does not exist.");
    public static readonly DoctorRule StaleBaseline = Warning("B02", "baseline-stale", "The baseline accepts what is no longer found: take the entry out, or it will excuse the next one.");

    public static readonly IReadOnlyList<DoctorRule> All =
    [
        NotSeen, NoRowSecurity, NotForced, NoPolicy, NoGuard, OpenPartition, NullableTenant, NoIndex, KeyWithoutTenant,
        ForeignKeyWithoutTenant, PerRowPolicy, PerRowPlan, AllRowsPolicy, DefinerView, MaterializedView, ForeignTable,
        DefinerFunction, NoSearchPath, Leakproof, UncheckedRights, Owns, RoleAttributes, ReachesBypass, Inherits, CreateOnSchema,
        Temporary, SetConfig, TrustedLanguage, DefaultPrivileges, OutOfDatabase, SequenceSelect, DefinerTrigger, Publication,
        OldServer, CastTenant, RoleSetting, UserAsTenant, NoDefault, NotBootstrapped, UnsealedSetting, ForeignRead, LargeObjects,
        StaleSystemTable, UnknownBaseline, StaleBaseline,
    ];

    /// <summary>A finding of this rule, as bad as the rule says unless told otherwise.</summary>
    public static DoctorFinding At(this DoctorRule rule, string place, string message, string? fix = null, DoctorSeverity? severity = null) => new()
    {
        Rule = rule,
        Severity = severity ?? rule.Severity,
        Place = place,
        Message = message,
        FixSql = fix,
    };

    private static DoctorRule Error(string id, string name, string explanation) => new(id, name, DoctorSeverity.Error, explanation);

    private static DoctorRule Warning(string id, string name, string explanation) => new(id, name, DoctorSeverity.Warning, explanation);

    private static DoctorRule Note(string id, string name, string explanation) => new(id, name, DoctorSeverity.Note, explanation);
}
