using System.Globalization;

namespace Pulse.Audit;

/// <summary>
/// One named value of an event, classified where it is made: there is no way to add a value without saying whether it is
/// personal data. Text, whole numbers and truth values only; the canonical form knows no floating point.
/// </summary>
/// <remarks>A secret has no factory on purpose: never put one into an event. <see cref="object.ToString"/> shows no value.</remarks>
public readonly record struct AuditField
{
    private AuditField(string name, bool isPersonal, AuditFieldKind kind, string? text, long number)
    {
        Name = AuditName.Field(name);
        IsPersonal = isPersonal;
        Kind = kind;
        Text = text;
        Number = number;
    }

    /// <summary>The name of the value: 1 to 64 characters of A-Z, a-z, 0-9, <c>.</c>, <c>_</c> and <c>-</c>; unique in its event.</summary>
    public string Name { get; }

    /// <summary>Whether the value says something about a person.</summary>
    public bool IsPersonal { get; }

    internal AuditFieldKind Kind { get; }

    internal string? Text { get; }

    internal long Number { get; }

    /// <summary>A text that is no personal data. Null is recorded as null.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Public(string name, string? value) => new(name, false, AuditFieldKind.Text, value, 0);

    /// <summary>A whole number that is no personal data.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Public(string name, long value) => new(name, false, AuditFieldKind.Number, null, value);

    /// <summary>A truth value that is no personal data.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Public(string name, bool value) =>
        new(name, false, AuditFieldKind.Boolean, null, value ? 1 : 0);

    /// <summary>A text about a person. Null is recorded as null.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Personal(string name, string? value) => new(name, true, AuditFieldKind.Text, value, 0);

    /// <summary>A whole number about a person.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Personal(string name, long value) => new(name, true, AuditFieldKind.Number, null, value);

    /// <summary>A truth value about a person.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Personal(string name, bool value) =>
        new(name, true, AuditFieldKind.Boolean, null, value ? 1 : 0);

    /// <summary>
    /// A text about a person of which only a keyed name is recorded (<see cref="PulseAuditOptions.PseudonymSecret"/>): events of one
    /// person can be found together, and nobody reads who it is. While the key exists it is personal data all the same. Null is
    /// recorded as null; without a key every value is recorded as <c>p1:none</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Pseudonym(string name, string? value) => new(name, true, AuditFieldKind.Pseudonym, value, 0);

    /// <summary>A whole number about a person, of which only a keyed name is recorded; as <see cref="Pseudonym(string, string?)"/>.</summary>
    /// <exception cref="ArgumentException">The name breaks the rule of <see cref="Name"/>.</exception>
    public static AuditField Pseudonym(string name, long value) =>
        new(name, true, AuditFieldKind.Pseudonym, value.ToString(CultureInfo.InvariantCulture), 0);
}
