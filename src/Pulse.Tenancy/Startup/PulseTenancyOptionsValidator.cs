using System.Buffers;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Pulse.Tenancy;

internal sealed class PulseTenancyOptionsValidator : IValidateOptions<PulseTenancyOptions>
{
    private const int MaxRoleLength = 63;
    private const int MaxKeyIdLength = 32;

    private static readonly SearchValues<char> RoleCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
    private static readonly SearchValues<char> KeyIdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public ValidateOptionsResult Validate(string? name, PulseTenancyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        var users = new Dictionary<string, string>(StringComparer.Ordinal);

        if (string.IsNullOrWhiteSpace(options.AppConnectionString))
        {
            failures.Add($"{nameof(options.AppConnectionString)} is not set. Give the connection string of the application's login.");
        }

        if (!Enum.IsDefined(options.Pooler))
        {
            failures.Add($"{nameof(options.Pooler)} is neither {nameof(TenantPooler.None)} nor {nameof(TenantPooler.PgBouncerTransaction)}.");
        }

        var app = ConnectionStringRules.Examine(nameof(options.AppConnectionString), options.AppConnectionString, options.Pooler, failures);
        var direct = ConnectionStringRules.Examine(nameof(options.DirectConnectionString), options.DirectConnectionString, TenantPooler.None, failures);
        AddUser(nameof(options.AppConnectionString), app, users, failures);
        foreach (var (option, connectionString) in (ReadOnlySpan<(string, string?)>)
        [
            (nameof(options.OperatorConnectionString), options.OperatorConnectionString),
            (nameof(options.OperatorWriteConnectionString), options.OperatorWriteConnectionString),
        ])
        {
            AddUser(option, ConnectionStringRules.Examine(option, connectionString, options.Pooler, failures), users, failures);
        }

        if (app is not null && direct is not null && app.Username != direct.Username)
        {
            failures.Add($"{nameof(options.DirectConnectionString)} names another login than {nameof(options.AppConnectionString)}. It is the same login by another way.");
        }

        ExamineSeal(options.Seal, failures);
        ExamineRoles(options, failures);

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void AddUser(
        string option, NpgsqlConnectionStringBuilder? parsed, Dictionary<string, string> users, List<string> failures)
    {
        if (parsed is not null && !string.IsNullOrEmpty(parsed.Username) && !users.TryAdd(parsed.Username, option))
        {
            failures.Add($"{option} uses the login of {users[parsed.Username]}. Give each its own: a login that is in two roles can change from one to the other.");
        }
    }

    private static void ExamineSeal(TenantSealOptions? seal, List<string> failures)
    {
        if (seal is null)
        {
            return;
        }

        const string Option = nameof(PulseTenancyOptions.Seal);
        if (!IsKeyId(seal.KeyId))
        {
            failures.Add($"{Option}:{nameof(seal.KeyId)} is not a key's name. Expected 1 to {MaxKeyIdLength} characters of A-Z, a-z, 0-9, '_' and '-'.");
        }

        if (!TenantSeal.IsSecret(seal.Secret))
        {
            failures.Add($"{Option}:{nameof(seal.Secret)} is not base64 of at least {TenantSealOptions.MinSecretBytes} bytes. Make one with: openssl rand -base64 32");
        }

        if (seal.Lifetime < TimeSpan.FromSeconds(1) || seal.Lifetime > TenantSealOptions.MaxLifetime)
        {
            failures.Add($"{Option}:{nameof(seal.Lifetime)} is out of range. Expected 1 second to 1 hour.");
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

    // The parts of a seal are set apart by dots.
    private static bool IsKeyId(string? keyId)
    {
        if (string.IsNullOrEmpty(keyId) || keyId.Length > MaxKeyIdLength)
        {
            return false;
        }

        return !keyId.AsSpan().ContainsAnyExcept(KeyIdCharacters);
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
