// What a person may do in a chat, by their status there and the rights of admins. The server checks the same again.

const OWNER = "creator";
// The rights of the bot that the page shows, in this order, and those of each kind of chat.
export const SHOWN_RIGHTS = ["can_post_messages", "can_edit_messages", "can_delete_messages", "can_pin_messages", "can_manage_topics"];
export const RIGHTS_OF = {
  channel: ["can_post_messages", "can_edit_messages", "can_delete_messages"],
  supergroup: ["can_delete_messages", "can_pin_messages", "can_manage_topics"],
  group: ["can_delete_messages", "can_pin_messages"],
};

/** Return a person's status: "owner", "admin", "member" or "subscriber"; an empty text outside of the chat. */
export function roleIn(chat, person) {
  const status = chat.members[person?.id]?.status;
  if (!status) return "";
  if (status === OWNER) return "owner";
  if (status === "administrator") return "admin";
  return chat.type === "channel" ? "subscriber" : "member";
}

/** Return whether a person has a right of admins; the owner has all of them. */
export function may(chat, person, right) {
  const member = chat.members[person?.id];
  return member?.status === OWNER || (member?.status === "administrator" && member.rights.includes(right));
}

/** Return the key of the words that say why a person may not write in the open place of a chat, null if they may. */
export function silence(chat, person) {
  if (chat.type === "channel") return may(chat, person, "can_post_messages") ? null : "onlyAdminsPost";
  if (!chat.forum || may(chat, person, "can_manage_topics")) return null;
  const topic = chat.forum.topics.find((one) => one.id === chat.thread);
  return (topic ?? chat.forum).closed ? "topicIsClosed" : null;
}

export function mayPin(chat, person) {
  return chat.type === "private" || may(chat, person, chat.type === "channel" ? "can_edit_messages" : "can_pin_messages");
}

export function mayDelete(chat, person, message) {
  return chat.type === "private" || isAuthor(chat, person, message) || may(chat, person, "can_delete_messages");
}

/** Return whether a person wrote a message; a post of a channel does not name its author. */
export function isAuthor(chat, person, message) {
  return (message.from?.id ?? chat.authors?.[message.message_id]) === person?.id;
}

/** Return the number of a message's topic, 0 for General and for chats without topics. */
export function threadOf(message) {
  return message.message_thread_id ?? (message.forum_topic_created ? message.message_id : 0);
}
