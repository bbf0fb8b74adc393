using System.Buffers;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pulse.Tenancy;

internal sealed class PulseTenancyOptionsValidator : IValidateOptions<PulseTenancyOptions>
{
    private const int MaxRoleLength = 63;

    private static readonly SearchValues<char> RoleCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    public ValidateOptionsResult Validate(string? name, PulseTenancyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        var users = new Dictionary<string, string>(StringComparer.Ordinal);

        if (string.IsNullOrWhiteSpace(options.AppConnectionString))
        {
            failures.Add($"{nameof(options.AppConnectionString)} is not set. Give the connection string of the application's login.");
        }

        Examine(nameof(options.AppConnectionString), options.AppConnectionString, users, failures);
        Examine(nameof(options.OperatorConnectionString), options.OperatorConnectionString, users, failures);
        Examine(nameof(options.OperatorWriteConnectionString), options.OperatorWriteConnectionString, users, failures);
        ExamineRoles(options, failures);

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Examine(string option, string? connectionString, Dictionary<string, string> users, List<string> failures)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            return;
        }

        var parsed = Parse(connectionString);
        if (parsed is null)
        {
            failures.Add($"{option} is not a PostgreSQL connection string. Expected Host=…;Database=…;Username=…;Password=….");
            return;
        }

        if (string.IsNullOrEmpty(parsed.Username))
        {
            failures.Add($"{option} names no login. Add Username=….");
        }
        else if (!users.TryAdd(parsed.Username, option))
        {
            failures.Add($"{option} uses the login of {users[parsed.Username]}. Give each its own: a login that is in two roles can change from one to the other.");
        }

        if (parsed.Multiplexing)
        {
            failures.Add($"{option} has Multiplexing=true, which never resets connections. Remove it.");
        }

        // Npgsql's default is true; unless it was written out, ours is false.
        if (parsed.ShouldSerialize("Enlist") && parsed.Enlist)
        {
            failures.Add($"{option} has Enlist=true: inside a TransactionScope two tenants would share one connection. Remove it.");
        }

        if (parsed.NoResetOnClose)
        {
            failures.Add($"{option} has No Reset On Close=true: cursors and settings of one tenant would reach the next. Remove it.");
        }

        if (SetsContext(parsed.Options))
        {
            failures.Add($"{option} sets a role or the tenant in Options. Remove that: both are set for each transaction.");
        }
    }

    private static void ExamineRoles(PulseTenancyOptions options, List<string> failures)
    {
        (string Option, string Role)[] roles =
        [
            (nameof(options.AppRole), options.AppRole),
            (nameof(options.OperatorRole), options.OperatorRole),
            (nameof(options.OperatorWriteRole), options.OperatorWriteRole),
        ];

        foreach (var (option, role) in roles)
        {
            if (!IsRole(role))
            {
                failures.Add($"{option} is not a role name. Expected 1 to 63 characters of a-z, 0-9 and '_', not beginning with a digit.");
            }
        }

        if (roles.DistinctBy(entry => entry.Role).Count() != roles.Length)
        {
            failures.Add($"{nameof(options.AppRole)}, {nameof(options.OperatorRole)} and {nameof(options.OperatorWriteRole)} must be three different roles.");
        }
    }

    private static NpgsqlConnectionStringBuilder? Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or InvalidCastException)
        {
            // The driver's text may repeat the password.
            return null;
        }
    }

    private static bool SetsContext(string? startupOptions)
    {
        if (string.IsNullOrEmpty(startupOptions))
        {
            return false;
        }

        return startupOptions.Contains("role", StringComparison.OrdinalIgnoreCase)
            || startupOptions.Contains("session_authorization", StringComparison.OrdinalIgnoreCase)
            || startupOptions.Contains("app.tenant_id", StringComparison.OrdinalIgnoreCase);
    }

    // A role's name is written into the text of the switch.
    private static bool IsRole(string? role)
    {
        if (string.IsNullOrEmpty(role) || role.Length > MaxRoleLength)
        {
            return false;
        }

        return !role.AsSpan().ContainsAnyExcept(RoleCharacters) && !char.IsAsciiDigit(role[0]);
    }
}
