// Actions of people, as frames for the server. Each returns whether it was sent.

/** Make the actions; send(frame) sends one, view() returns the view of the open chat. */
export function actions(send, view) {
  const here = () => ({ chat: view().chat.id, person: view().person.id });
  const inTopic = () => (view().chat.thread ? { thread: view().chat.thread } : {});

  return {
    say: (text, replyTo) => send({ type: "say", ...here(), text, ...(replyTo ? { reply_to: replyTo } : {}), ...inTopic() }),
    edit: (id, text) => send({ type: "edit", ...here(), message_id: id, text }),
    remove: (id) => send({ type: "delete", ...here(), message_id: id }),
    press: (id, data) => send({ type: "press", ...here(), message_id: id, data }),
    pin: (id) => send({ type: "pin", ...here(), message_id: id }),
    unpin: (id) => send({ type: "unpin", ...here(), message_id: id }),
    ask: (query) => send({ type: "inline", ...here(), query }),
    choose: (query, card) => send({ type: "choose", person: view().person.id, query_id: query, result_id: card }),
    offer: (request) => send({ type: "offer", person: view().person.id, request_id: request.request_id }),
    pick: (request, chat) => send({ type: "pick", person: view().person.id, request_id: request, chat: chat.id }),
    block: (blocked) => send({ type: blocked ? "block" : "unblock", person: view().person.id }),

    /** Follow a link into the bot's own chat as the chosen person. */
    start(parameter) {
      const { id } = view().person;
      location.hash = `#${id}`;
      return send({ type: "say", chat: id, person: id, text: `/start ${parameter}` });
    },

    /** Change the open chat, its topics or the bot's place in it. */
    manage: (type, fields = {}) => send({ type, ...here(), ...fields }),
  };
}
