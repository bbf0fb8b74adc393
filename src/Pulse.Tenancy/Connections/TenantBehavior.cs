using System.Data;

namespace Pulse.Tenancy;

/// <summary>How a foreign command may be executed.</summary>
internal static class TenantBehavior
{
    /// <summary>
    /// What of a library's wish goes to the driver. A wish for the first result alone would be met by the switch's; closing
    /// is ours; a description without execution would leave the tenant unentered.
    /// </summary>
    public static CommandBehavior Passed(CommandBehavior behavior)
    {
        if ((behavior & (CommandBehavior.SchemaOnly | CommandBehavior.KeyInfo)) != 0)
        {
            throw new NotSupportedException("A tenant's command describes no table (SchemaOnly, KeyInfo). Read the rows.");
        }

        return behavior & CommandBehavior.SequentialAccess;
    }
}
