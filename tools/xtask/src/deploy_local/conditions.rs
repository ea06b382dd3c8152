//! Evaluates the conditions of a template, for the test that every branch of its parameters is deployed.

use std::collections::BTreeMap;

/// A parameter of a template.
#[derive(Debug, Default)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) default: Option<String>,
    /// The permitted values; none if there is no list of them.
    pub(super) allowed: Vec<String>,
}

/// The conditions of a template by name.
pub(super) struct Conditions(BTreeMap<String, Node>);

/// A YAML value in flow style: text, a list, or one of them with a tag.
#[derive(Debug, Clone)]
enum Node {
    Text(String),
    List(Vec<Self>),
    Tagged(String, Box<Self>),
}

/// Returns the parameters of a template.
pub(super) fn parameters(template: &str) -> Vec<Parameter> {
    let parameters = entries(template, "Parameters").into_iter().map(|(name, text)| {
        let field = |key: &str| text.lines().find_map(|line| line.trim().strip_prefix(key).map(parse));
        let default = field("Default: ").map(|it| it.text().to_owned());
        let allowed = field("AllowedValues: ").map(|it| it.items().iter().map(|it| it.text().to_owned()).collect());
        Parameter { name, default, allowed: allowed.unwrap_or_default() }
    });
    parameters.collect()
}

impl Conditions {
    pub(super) fn parse(template: &str) -> Self {
        Self(entries(template, "Conditions").into_iter().map(|(name, text)| (name, parse(&text))).collect())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns whether a condition holds with these parameters.
    pub(super) fn evaluate(&self, name: &str, parameters: &BTreeMap<String, String>) -> bool {
        self.holds(self.0.get(name).unwrap_or_else(|| panic!("no condition {name}")), parameters)
    }

    fn holds(&self, node: &Node, parameters: &BTreeMap<String, String>) -> bool {
        let Node::Tagged(tag, arguments) = node else { panic!("{node:?} is no condition") };
        match (tag.as_str(), arguments.as_ref()) {
            ("Condition", name) => self.evaluate(name.text(), parameters),
            ("Not", arguments) => !self.holds(&arguments.items()[0], parameters),
            ("And", arguments) => arguments.items().iter().all(|it| self.holds(it, parameters)),
            ("Or", arguments) => arguments.items().iter().any(|it| self.holds(it, parameters)),
            ("Equals", arguments) => {
                let [left, right] = [0, 1].map(|index| value(&arguments.items()[index], parameters));
                left == right
            }
            _ => panic!("the function {tag} is not supported"),
        }
    }
}

impl Node {
    fn text(&self) -> &str {
        let Self::Text(text) = self else { panic!("{self:?} is no text") };
        text
    }

    fn items(&self) -> &[Self] {
        let Self::List(items) = self else { panic!("{self:?} is no list") };
        items
    }
}

fn value<'a>(node: &'a Node, parameters: &'a BTreeMap<String, String>) -> &'a str {
    match node {
        Node::Tagged(tag, name) if tag == "Ref" => match name.text() {
            "AWS::Region" => "us-east-1",
            name => parameters.get(name).unwrap_or_else(|| panic!("no parameter {name}")),
        },
        other => other.text(),
    }
}

/// Returns the name and the text of each entry of a top-level section.
fn entries(template: &str, section: &str) -> Vec<(String, String)> {
    let lines = template.lines().skip_while(|line| *line != format!("{section}:")).skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in lines.filter(|line| !line.trim().starts_with('#')) {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            Some(entry) => {
                let (name, text) = entry.split_once(':').expect("a name");
                entries.push((name.to_owned(), text.to_owned()));
            }
            None if line.trim().is_empty() => {}
            None => {
                let (_, text) = entries.last_mut().expect("an entry before its lines");
                text.push('\n');
                text.push_str(line);
            }
        }
    }
    assert!(!entries.is_empty(), "the template has no {section}");
    entries
}

fn parse(text: &str) -> Node {
    let (node, rest) = parse_node(text);
    assert!(rest.trim().is_empty(), "{rest:?} follows in {text:?}");
    node
}

/// Parses a value; returns it and the rest of the text.
fn parse_node(text: &str) -> (Node, &str) {
    let text = text.trim_start();
    if let Some(tagged) = text.strip_prefix('!') {
        let end = tagged.find(char::is_whitespace).expect("a value after a tag");
        let (node, rest) = parse_node(&tagged[end..]);
        return (Node::Tagged(tagged[..end].to_owned(), Box::new(node)), rest);
    }
    if let Some(mut rest) = text.strip_prefix('[') {
        let mut items = Vec::new();
        loop {
            let (item, after) = parse_node(rest);
            items.push(item);
            let after = after.trim_start();
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => return (Node::List(items), after.strip_prefix(']').expect("the end of a list")),
            }
        }
    }
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            let (quoted, rest) = quoted.split_once(quote).expect("a second quotation mark");
            return (Node::Text(quoted.to_owned()), rest);
        }
    }
    let end = text.find([',', ']', '\n']).unwrap_or(text.len());
    let (plain, rest) = text.split_at(end);
    match plain.trim().strip_prefix("Condition: ") {
        Some(name) => (Node::Tagged("Condition".to_owned(), Box::new(Node::Text(name.to_owned()))), rest),
        None => (Node::Text(plain.trim().to_owned()), rest),
    }
}

#[test]
fn conditions_are_evaluated() {
    let template = "Parameters:\n  A:\n    Default: x\n    AllowedValues: [x, \"y\"]\n  B:\n    Type: String\n\nConditions:\n  \
        IsX: !Equals [!Ref A, x]\n  HasB: !Not [!Equals [!Ref B, \"\"]]\n  # Both.\n  Both: !And [Condition: IsX,\n    \
        !Condition HasB]\n  Either: !Or [Condition: IsX, Condition: HasB]\nResources:\n";
    let declared = parameters(template);
    assert_eq!((declared[0].default.as_deref(), declared[0].allowed.len()), (Some("x"), 2));
    assert_eq!((declared[1].default.as_deref(), declared[1].allowed.len()), (None, 0));
    let conditions = Conditions::parse(template);
    let hold = |a: &str, b: &str| {
        let values = BTreeMap::from([("A", a), ("B", b)].map(|(name, value)| (name.to_owned(), value.to_owned())));
        ["IsX", "HasB", "Both", "Either"].map(|name| conditions.evaluate(name, &values))
    };
    assert_eq!(hold("x", ""), [true, false, false, true]);
    assert_eq!(hold("x", "b"), [true; 4]);
    assert_eq!(hold("y", ""), [false; 4]);
}
