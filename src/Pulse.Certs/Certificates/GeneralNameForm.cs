namespace Pulse.Certs;

/// <summary>The forms of a GeneralName; the numbers are their tags.</summary>
internal enum GeneralNameForm
{
    Other = 0,
    Email = 1,
    Dns = 2,
    X400 = 3,
    Directory = 4,
    EdiParty = 5,
    Uri = 6,
    Address = 7,
    RegisteredId = 8,
}
