using Npgsql;

namespace Pulse.Tenancy;

/// <summary>A login's pool and the one role it may take.</summary>
/// <param name="Option">Name of the option that configured it, for messages.</param>
/// <param name="Role">The role.</param>
/// <param name="DataSource">The pool.</param>
internal sealed record TenancyLogin(string Option, string Role, NpgsqlDataSource DataSource);
